"""Topologies as sequences, from files and to files."""

import pickle

import numpy as np
import pytest

import espalier as es
from espalier.topology import label_in_file


def test_a_sequence_that_knows_names(net):
    assert len(net) == 3 and [layer.name for layer in net] == net.names == ["fc1", "fc2", "fc3"]
    assert net[-1].name == "fc3" and net["fc2"] == net[1] and "fc2" in net and "fc9" not in net
    assert [layer.name for layer in net[1:]] == ["fc2", "fc3"]
    with pytest.raises(KeyError, match="fc9"):
        net["fc9"]
    with pytest.raises(IndexError):
        net[3]
    assert net.edges == sum(layer.edges for layer in net) and net.positions == 1100
    assert net.select(["fc3", "fc?"]).names == ["fc3", "fc1", "fc2"] and net.select("fc1").edges == net["fc1"].edges


def test_made_of_layers_masks_and_arrays(net, draw):
    again = es.Topology(list(net), label="again")
    assert again == net and again.label == "again"
    masks = es.Topology(masks={"a": draw((3, 4)) != 0})
    assert masks["a"].values is None
    with pytest.raises(es.ConfigError, match="two layers are called 'a'"):
        es.Topology([masks[0], masks[0]])
    with pytest.raises(es.ConfigError, match="needed"):
        es.Topology()


def test_a_layer_outlives_its_network(draw):
    layer = es.Topology({"a": draw((3, 4)), "b": draw((5, 3))})["b"]
    assert layer.edges == np.count_nonzero(layer.to_numpy())


def test_files(net, tmp_path):
    net.save(tmp_path / "masks.h5")
    again = es.open(tmp_path / "masks.h5")
    assert isinstance(again, es.Topology) and again.names == ["000_fc1", "001_fc2", "002_fc3"]
    assert [a == b for a, b in zip(again, net)] == [True] * 3 and again["fc2"] == net["fc2"]
    with pytest.raises(es.ConfigError, match="force=True"):
        net.save(tmp_path / "masks.h5")
    net.save(tmp_path / "masks.h5", force=True)
    with pytest.raises(es.ConfigError, match="form="):
        net.save(tmp_path / "masks.mat")
    with pytest.raises(es.ConfigError, match="no such file"):
        es.open(tmp_path / "nothing.npz")


def test_options_of_foreign_files(draw, tmp_path):
    np.savez(tmp_path / "x.npz", a=draw((4, 7)), b=draw((7, 3)))
    turned = es.Topology.open(tmp_path / "x.npz", orientation="in-out", layers=["b", "a"])
    assert turned.names == ["b", "a"] and turned[0].shape == (3, 7)
    assert es.Topology.open(tmp_path / "x.npz", drop_last_input=True)["a"].shape == (4, 6)


def test_notices_are_warnings(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.eye(3), positions=np.array([[5, 6], [7, 8]]))
    with pytest.warns(es.Notice):
        es.open(tmp_path / "x.npz")


def test_a_damaged_file_is_refused(tmp_path):
    (tmp_path / "x.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(es.Error):
        es.open(tmp_path / "x.h5")


def test_whole_networks_in_networkx(net, draw):
    pytest.importorskip("networkx")
    graph = net.to_networkx()
    assert graph.number_of_edges() == net.edges and graph.number_of_nodes() == 75
    with pytest.raises(es.ConfigError, match="no layered graph"):
        es.Topology({"a": draw((3, 4)), "b": draw((5, 4))}).to_networkx()


def test_channels_of_convolutions(draw):
    net = es.Topology({"conv": draw((4, 3, 3, 3), density=0.05)})
    assert net.mapped("channel")["conv"].inputs == 3
    with pytest.raises(es.ConfigError, match="chanel"):
        net.mapped("chanel")


def test_pickled(net):
    again = pickle.loads(pickle.dumps(net))
    assert again == net and again.label == "net"


def test_labels_that_are_paths_keep_their_end(finished, tmp_path):
    es.open(finished).snapshots[0].save("x.h5")
    assert es.open("x.h5").snapshot == "run-000000000"
    for label, wanted in [("a", "a"), ("x/y.npz", "y.npz"), ("x@1", "x-1"), ("/", "topology"), ("runs/a/", "a")]:
        assert label_in_file(label) == wanted


def test_names_with_slashes_are_saved(draw, tmp_path):
    es.Topology({"block/dense": draw((3, 4))}).save(tmp_path / "x.h5")
    assert es.open(tmp_path / "x.h5")["block.dense"].shape == (3, 4)


def test_options_that_nothing_reads_are_refused(net, draw):
    with pytest.raises(es.ConfigError, match="are of arrays"):
        es.Topology(list(net), orientation="in-out")
    with pytest.raises(es.ConfigError, match="options say how paths are read, and here is a Topology"):
        es.topologies([net], layers="fc1")
    with pytest.raises(es.ConfigError, match="include: no tensor is called 'conv"):
        es.Topology.from_state_dict({"fc1.weight": draw((3, 4))}, include=["fc*", "conv*"])
    with pytest.warns(es.Notice, match="exclude: no tensor is called 'fc9.weight'"):
        es.Topology.from_state_dict({"fc1.weight": draw((3, 4))}, exclude="fc9.weight")
