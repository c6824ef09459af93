"""Drawn masks, null models, alignment."""

import numpy as np
import pytest
from conftest import DIGITS

import espalier as es

SHAPES = {"fc1": (32, 64), "fc2": (10, 32)}


def test_masks_are_those_a_run_begins_with(tmp_path):
    config = {
        "data.dataset": "digits", "model.hidden": [32], "training.epochs": 1, "sparsity.method": "static",
        "sparsity.init": "erk", "sparsity.density": 0.2, "seed": 3,
    }
    es.run(config, out="run")
    first = es.open("run").snapshots[0]
    drawn = es.generate("erk", SHAPES, density=0.2, seed=3)
    assert [np.array_equal(a.indices, b.indices) for a, b in zip(first, drawn)] == [True, True]


@pytest.mark.parametrize("init", ["biregular", "ramanujan", "ramanujan_lift", "circulant", "constant_fan_in", "block:2,4"])
def test_structures(init):
    net = es.generate(init, SHAPES, density=0.25)
    assert net.names == ["fc1", "fc2"] and net.density == pytest.approx(0.25, abs=0.02)
    assert net == es.generate(init, SHAPES, density=0.25, threads=3)
    assert net != es.generate(init, SHAPES, density=0.25, seed=1)


def test_every_name_draws():
    for name in es.generator_names():
        if name == "nm:N,M":
            assert es.generate("nm:2,4", (8, 16)).density == 0.5
        elif name == "er":
            assert es.generate(name, SHAPES, epsilon=5).edges > 0
        elif name != "block:H,W":
            assert es.generate(name, [(8, 16), (8, 8), (4, 8)], density=0.8).names == ["layer1", "layer2", "layer3"]


def test_what_cannot_be_drawn_is_refused():
    for arguments, message in [
        (dict(init="snip", density=0.1), "looks at a network"),
        (dict(init="erkk", density=0.1), "erk"),
        (dict(init="erk"), "density is needed"),
        (dict(init="nm:2,4", density=0.1), "leave density out"),
        (dict(init="nm:2,7"), "fc1"),
        (dict(init="erk", density=1.5), "density"),
    ]:
        with pytest.raises(es.ConfigError, match=message):
            es.generate(shapes=SHAPES, **arguments)


def test_null_models_keep_degrees(net):
    drawn = es.null_model(net, 2, seed=4)
    for other in drawn:
        for a, b in zip(net, other):
            assert np.array_equal(np.diff(a.indptr), np.diff(b.indptr))
            assert np.array_equal(np.bincount(a.indices, minlength=a.inputs), np.bincount(b.indices, minlength=a.inputs))
    assert drawn[0] != drawn[1] and es.null_model(net, seed=4) == drawn[0]


def test_alignment_puts_units_back(net):
    places = np.random.default_rng(5).permutation(20)
    first, second, third = (layer.to_numpy() for layer in net)
    moved = es.Topology({"fc1": first[places], "fc2": second[:, places], "fc3": third})
    found = es.align(net, moved)
    assert found.aligned == net and found.groups[0].moved > 10 and found.is_converged
    assert es.align(net, moved, by="masks").aligned == net
    assert es.align_all([net, moved])[1] == net
    with pytest.raises(es.ConfigError, match="comes from no file of ours: say config="):
        es.align(net, moved, by="activations")
    with pytest.raises(es.ConfigError, match="looks at no data"):
        es.align(net, moved, config=DIGITS)
    with pytest.raises(es.ConfigError, match="mean"):
        es.align_all([net, moved], by="activations")


def test_alignment_by_activations_is_that_of_the_program():
    for seed in (0, 1):
        es.run(DIGITS | {"seed": seed}, out=f"s{seed}")
    soup = es.superpose(["s0", "s1"], "uniform_soup", align="activations")
    found = es.align("s0", es.open("s1"), by="activations")
    assert soup.members[1]["moved_units"] == sum(group.moved for group in found.groups) > 0
    first, second = es.open("s0@last").state_dict(), found.aligned.state_dict()
    for name, values in soup.topology.state_dict().items():
        kept = values != 0  # a soup keeps the weights of largest size, as many as the target has
        assert kept.any() and np.allclose(values[kept], ((first[name] + second[name]) / 2)[kept], atol=1e-6)
    given = es.align("s0", "s1", by="activations", config=es.open("s0").config)
    assert all(map(np.array_equal, given.permutations, found.permutations))
    by_weights = es.superpose(["s0", "s1"], "uniform_soup", align="weights")
    assert by_weights.members[1]["moved_units"] == sum(group.moved for group in es.align("s0", "s1").groups)
    es.run(DIGITS | {"data.validation": 0.3}, out="other")
    with pytest.raises(es.FormatError, match="data.validation"):
        es.align("s0", "other", by="activations")


def test_what_was_changed_no_longer_stands_for_its_file(finished):
    run = es.open(finished)
    last = run.snapshots[-1]
    assert last.source and es.open(f"{finished}@last").source
    aligned = es.align(run.snapshots[0], last).aligned
    changed = [aligned, last.mapped("channel"), es.Topology.open(finished, layers="000_fc1"), es.Topology.open(finished, conv="channel")]
    assert [one.source for one in changed] == [""] * 4
    with pytest.raises(es.ConfigError, match="comes from no file of ours"):
        es.superpose([last, aligned], "uniform_soup")
    soup = es.superpose([run.snapshots[0], last], "uniform_soup")
    assert soup.topology.source == ""


def test_what_an_init_does_not_read_is_refused():
    for more, message in [
        (dict(init="uniform", layer_densities="erk"), "leave layer_densities out"),
        (dict(init="uniform", erk_power=0.5), "erk_power is of erk"),
        (dict(init="biregular", layer_densities="uniform", erk_power=0.5), "erk_power is of erk"),
        (dict(init="erk", density=None, epsilon=3.0), "epsilon"),
    ]:
        with pytest.raises(es.ConfigError, match=message):
            es.generate(**{"shapes": {"fc1": (20, 30)}, "density": 0.2} | more)
    half = es.generate("biregular", {"fc1": (20, 30), "fc2": (10, 20)}, density=0.2, erk_power=0.5)
    assert half != es.generate("biregular", {"fc1": (20, 30), "fc2": (10, 20)}, density=0.2)
    with pytest.raises(TypeError, match="label"):
        es.initial_masks({"fc1": (20, 30)}, "erk", 0.2, label="mine")
