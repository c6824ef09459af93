"""Rules, metrics, distances, losses and callbacks that are Python functions."""

import numpy as np
import pytest
from conftest import DIGITS

import espalier as es

RIGL = DIGITS | {"sparsity.method": "rigl", "sparsity.update_every": "4it", "training.epochs": 2}


def same_snapshots(a, b):
    return all(x == y for x, y in zip(es.open(a).snapshots, es.open(b).snapshots))


def test_rules_that_do_what_those_built_in_do_give_the_same_run():
    @es.drop_rule("py_magnitude")
    def py_magnitude(asked):
        """The smallest go."""
        assert 0 < asked.fraction < 1 and len(asked.gradient) == len(asked.layer.values)
        return np.abs(asked.layer.values)

    @es.grow_rule("py_gradient")
    def py_gradient(asked):
        assert asked.gradient.shape == (asked.rows, asked.before.inputs)
        return np.abs(asked.gradient)

    es.run(RIGL, out="own", set={"sparsity.drop_rule": "py_magnitude", "sparsity.grow_rule": "py_gradient"})
    es.run(RIGL, out="built_in", set={"sparsity.drop_rule": "magnitude", "sparsity.grow_rule": "gradient"})
    assert same_snapshots("own", "built_in")
    assert es.metric_names()  # registries are whole


def test_a_rule_draws_the_same_on_any_number_of_threads():
    @es.grow_rule("py_random", gradient=False)
    def py_random(asked):
        assert asked.gradient is None
        return asked.rng.random((asked.rows, asked.before.inputs))

    for threads in (1, 2):
        es.run(RIGL, out=f"t{threads}", set={"sparsity.grow_rule": "py_random"}, threads=threads)
    assert same_snapshots("t1", "t2")


def test_a_metric_and_a_distance(net):
    @es.metric("py_edges")
    def py_edges(layer):
        return float("nan") if layer.name == "fc3" else layer.to_scipy().nnz

    found = es.metrics(net, ["py_edges", "edges"])
    assert found["py_edges"]["fc1"] == net["fc1"].edges and found["py_edges"]["fc3"] is None
    assert found.network["py_edges"] == (net["fc1"].edges + net["fc2"].edges) / 2

    @es.plugins.distance("py_hamming")
    def py_hamming(a, b):
        return np.mean((a.to_scipy() != 0).toarray() != (b.to_scipy() != 0).toarray())

    other = es.Topology({name: np.roll(layer.to_numpy(), 1, axis=1) for name, layer in zip(net.names, net)})
    assert es.distance([net, other], metric="py_hamming")[0, 1] == pytest.approx(es.distance([net, other], metric="hamming")[0, 1])


def test_a_loss_that_does_what_cross_entropy_does():
    @es.loss("py_cross_entropy")
    def py_cross_entropy(outputs, labels):
        shifted = outputs.astype(np.float64) - outputs.max(axis=1, keepdims=True)
        share = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
        rows = np.arange(len(labels))
        gradient = share.copy()
        gradient[rows, labels] -= 1
        return -np.log(share[rows, labels]).sum(), gradient

    own = es.run(DIGITS, out="own", set={"training.loss": "py_cross_entropy"}).run
    built_in = es.run(DIGITS, out="built_in").run
    assert np.allclose(own.train["loss"], built_in.train["loss"], rtol=1e-3)


def test_a_callback_ends_a_run_which_can_go_on():
    seen = []

    @es.callback("py_stop")
    def py_stop(epoch):
        seen.append(epoch)
        return epoch.epoch == 2

    settings = DIGITS | {"training.callbacks": ["py_stop"]}
    with pytest.warns(es.Notice, match="ended by callback 'py_stop'"):
        assert es.run(settings, out="a").status == "interrupted"
    assert [one.epoch for one in seen] == [1, 2] and seen[0].epochs == 3
    assert es.run(settings, out="a", resume=True).status == "finished"


def test_what_goes_wrong_is_told():
    @es.drop_rule("py_broken")
    def py_broken(asked):
        raise RuntimeError("out of ideas")

    with pytest.raises(es.Error, match="drop rule py_broken: RuntimeError: out of ideas"):
        es.run(RIGL, out="a", set={"sparsity.drop_rule": "py_broken"})

    @es.drop_rule("py_broken")  # the newer function counts
    def short(asked):
        return [1.0]

    with pytest.raises(es.Error, match="it returned 1 numbers, and .* are wanted"):
        es.run(RIGL, out="b", set={"sparsity.drop_rule": "py_broken"})
    with pytest.raises(es.ConfigError, match="of this name"):
        es.drop_rule("magnitude")(short)
    with pytest.raises(es.ConfigError, match="no possible name"):
        es.metric("Mine!")(short)
    with pytest.raises(es.ConfigError, match="--plugin"):
        es.resolve({"sparsity.drop_rule": "nobody"})
