"""Metrics and distances are those of the command line."""

import json
import sys

import numpy as np
import pytest

import espalier as es
from espalier.training import run_command


def test_metrics_are_those_of_the_command_line(net, tmp_path):
    net.save(tmp_path / "net.h5")
    said = json.loads(run_command(["metrics", "net.h5", "--json"]))
    found = es.metrics("net.h5")
    assert [found.to_dict()] == said
    names = ["ramanujan_gap", "degree"]
    said = json.loads(run_command(["metrics", "net.h5", "--metric", ",".join(names), "--null-model", "3", "--json"]))
    assert [es.metrics("net.h5", names, null_model=3).to_dict()] == said


def test_values_by_metric_layer_and_network(net):
    found = es.metrics(net, ["degree", "effective"])
    assert found["edges"] == {layer.name: layer.edges for layer in net}
    assert found.layer("fc1")["degree"]["inputs"]["max"] == max(np.bincount(net["fc1"].indices))
    assert found.network["effective"]["paths"] > 0 and "degree" in found
    assert list(found) == ["edges", "density", "degree", "effective"]
    with pytest.raises(KeyError, match="'flow' was not measured"):
        found["flow"]
    assert es.metrics(net["fc2"], "density")["density"] == {"fc2": net["fc2"].density}


def test_every_metric_by_name(net):
    for name in es.metric_names():
        if name != "evolution":
            assert name in es.metrics(net, name)


def test_settings_in_every_form(net):
    table = es.metric_table()
    name = next(one for one, entry in table.items() if any(s.choices for s in entry.settings) and one != "evolution")
    setting = next(one for one in table[name].settings if one.choices)
    value = next(one for one in reversed(setting.choices) if one != "spatial")  # that needs the sizes of maps
    found = [
        es.metrics(net, name, settings=settings).to_dict()
        for settings in ({name: {setting.name: value}}, {f"{name}.{setting.name}": value}, {setting.name: value},
                         [f"{name}.{setting.name}={value}"])
    ]
    assert all(one == found[0] for one in found)
    with pytest.raises(es.ConfigError, match="nonsense"):
        es.metrics(net, name, settings={"nonsense": 1})


def test_data_frames(net):
    pytest.importorskip("pandas")
    frame = es.metrics(net, "degree").to_dataframe()
    assert list(frame.index) == ["fc1", "fc2", "fc3", "network"] and "degree.inputs.mean" in frame
    several = es.metrics([net, es.Topology(list(net), label="again")], "density").to_dataframe()
    assert several.loc[("again", "fc1"), "density"] == net["fc1"].density and len(several) == 8


def test_series(finished):
    found = es.metrics(es.open(finished), "evolution")
    assert len(found.network["evolution"]["steps"]) == 4
    assert es.metrics([finished], "evolution")[0].to_dict()["network"] == found.network
    with pytest.raises(es.ConfigError, match="series"):
        es.metrics(es.Layer(np.eye(3)), "evolution")


def test_unknown_names_are_refused_with_the_nearest(net):
    with pytest.raises(es.ConfigError, match="ramanujan_gap"):
        es.metrics(net, "ramanujan_gab")
    with pytest.raises(es.ConfigError, match="jaccard"):
        es.distance([net, net], "jacard")
    with pytest.raises(TypeError, match="no topology: int"):
        es.metrics(3)


def test_distances_are_those_of_the_command_line(net, draw, tmp_path):
    other = es.Topology({layer.name: draw(layer.shape, seed=9) for layer in net})
    net.save("a.h5")
    other.save("b.h5")
    for metric in es.distance_names():
        said = json.loads(run_command(["distance", "a.h5", "b.h5", "--metric", metric, "--json"]))
        assert [es.distance(["a.h5", "b.h5"], metric).to_dict()] == said


def test_a_matrix_is_an_array_with_labels(net, draw):
    networks = [net] + [
        es.Topology({layer.name: draw(layer.shape, seed=s) for layer in net}, label=f"n{s}") for s in (7, 8)
    ]
    matrix = es.distance(networks, "jaccard", threads=2)
    assert np.asarray(matrix).shape == matrix.shape == (3, 3) and len(matrix) == 3
    assert matrix["net", "n7"] == matrix[0, 1] == matrix.mean[1, 0] and matrix[0, 0] == 0
    assert matrix.per_layer.shape == (3, 3, 3) and np.allclose(matrix.per_layer.mean(axis=0), matrix)
    with pytest.raises(KeyError, match="label"):
        matrix["nobody", "net"]
    with pytest.raises(ValueError):
        matrix.mean[0, 1] = 0
    frame = pytest.importorskip("pandas") and matrix.to_dataframe()
    assert frame.loc["n7", "n8"] == matrix["n7", "n8"]
    with pytest.raises(es.ConfigError, match="two or more"):
        es.distance([net])


def test_nnstd_finds_renumbered_neurons(net):
    stream = np.random.default_rng(5)
    places = stream.permutation(20)
    first, second, third = (layer.to_numpy() for layer in net)
    renumbered = es.Topology({"fc1": first[places], "fc2": second[:, places], "fc3": third}, label="renumbered")
    found = es.nnstd(net, renumbered)
    assert found.mean == float(found) == 0 and found.per_layer.tolist() == [0, 0, 0]
    assert np.array_equal(places[found.matching[0]], np.arange(20))
    assert es.nnstd_joint(net, renumbered).mean == 0 < es.nnstd_layerwise(net, renumbered).mean
    assert es.distance([net, renumbered], "jaccard")[0, 1] > 0.5


def test_different_architectures_are_refused_by_name(net, draw):
    with pytest.raises(es.FormatError, match="20x30"):
        es.nnstd(net, es.Topology({"fc1": draw((20, 31)), "fc2": draw((20, 20)), "fc3": draw((5, 20))}))


def test_results_do_not_depend_on_threads(net, draw):
    other = es.Topology({layer.name: draw(layer.shape, seed=9) for layer in net})
    before = es.threads()
    for metric in ("nnstd_joint", "jaccard"):
        one, three = (es.distance([net, other], metric, threads=count).mean for count in (1, 3))
        assert np.array_equal(one, three)
    assert es.threads() == before
    with pytest.raises(es.ConfigError, match="threads"):
        es.metrics(net, threads=5000)


def test_what_would_not_be_looked_at_is_refused(net, finished):
    for arguments, message in [
        (dict(names=[]), "no names"),
        (dict(names="degree", null_seed=3), "of null_model="),
        (dict(names="degree", settings={"power_law": {"samples": 10}}), "power_law"),
    ]:
        with pytest.raises(es.ConfigError, match=message):
            es.metrics(net, **arguments)
    with pytest.raises(es.ConfigError, match="not of series"):
        es.metrics(finished, "evolution", null_model=5)
    both = es.metrics(finished, ["evolution", "butterflies"], null_model=3)
    assert "butterflies_null" in both and both["evolution"]
    with pytest.raises(es.ConfigError, match="ties"):
        es.distance([net, net], "jaccard", settings={"ties": "solver"})


def test_what_is_undefined_says_why_and_has_no_column():
    pair = es.Topology({"full": np.ones((3, 4)), "thin": np.eye(3)}, label="pair")
    found = es.metrics(pair, ["ramanujan_gap", "degree"])
    assert found["ramanujan_gap"]["thin"] is None
    assert found.reasons == {"ramanujan_gap": {"thin": "mean degree of the inputs below 3"}}
    said = str(found).splitlines()
    assert said[0].split() == ["pair", "full", "thin", "network"] and said[1].split() == ["edges", "12", "3", "15"]
    assert "- ramanujan_gap in thin: mean degree of the inputs below 3" in said and "histogram" not in str(found)
    assert len(repr(found).splitlines()) == 1 and str(es.metrics([pair, pair], "degree")).count("network") == 2
    pandas = pytest.importorskip("pandas")
    frame = found.to_dataframe()
    assert "ramanujan_gap.gap" in frame and pandas.isna(frame.loc["thin", "ramanujan_gap.gap"])
    assert "ramanujan_gap" not in frame and "degree.inputs.histogram" not in frame


def test_a_matching_is_printed_by_layer(net):
    said = str(es.nnstd(net, net)).splitlines()
    assert said == ["<Matching nnstd: mean 0 over fc1, fc2, fc3>", "  fc1  0", "  fc2  0", "  fc3  0"]


def test_without_pandas(net, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    distances = es.distance([net, net], "jaccard")
    for one in (es.metrics(net, "density"), es.metrics([net, net], "density"), distances):
        with pytest.raises(ImportError, match=r"^to_dataframe needs pandas: pip install pandas; to_dict\(\) does without"):
            one.to_dataframe()
