"""Rules, metrics, distances, losses and callbacks that are Python functions."""

import pathlib
import signal

import numpy as np
import pytest
from conftest import DIGITS, python

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

    with pytest.raises(RuntimeError, match="out of ideas") as caught:
        es.run(RIGL, out="a", set={"sparsity.drop_rule": "py_broken"})
    assert caught.traceback[-1].name == "py_broken" and "in drop rule 'py_broken'" in caught.value.__notes__[0]

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


RULE = RIGL | {"training.epochs": 3, "sparsity.drop_rule": "py_tiring"}


@pytest.fixture
def tiring():
    """A rule that gives up at its fifth call, until it is mended."""
    state = {"calls": 0, "limit": 5}

    @es.drop_rule("py_tiring")
    def py_tiring(asked):
        state["calls"] += 1
        if state["calls"] > state["limit"]:
            raise RuntimeError("I am tired")
        return np.abs(asked.layer.values)

    return state


def test_a_run_that_a_rule_ends_is_marked_failed_and_can_be_resumed(tiring):
    with pytest.raises(RuntimeError, match="I am tired"):
        es.run(RULE, out="a")
    run = es.open("a")
    assert run.status == "failed" and run.eval.rows and len(run.snapshots)
    assert run.failure.startswith("drop rule 'py_tiring': RuntimeError: I am tired (test_plugins.py, line ")
    tiring["limit"] = 10**9
    assert es.run(RULE, out="a", resume=True).status == "finished"
    run = es.open("a")
    assert run.failure is None and "failure" not in run.results
    es.run(RULE, out="whole")
    assert same_snapshots("a", "whole")


@pytest.mark.parametrize("what", ["loss", "callback", "grow_rule"])
def test_whatever_fails_marks_the_run(what):
    def broken(*asked):
        raise KeyError("nothing here")

    getattr(es, what)("py_failing")(broken)
    key = {"loss": "training.loss", "callback": "training.callbacks", "grow_rule": "sparsity.grow_rule"}[what]
    settings = RIGL | {key: ["py_failing"] if what == "callback" else "py_failing"}
    with pytest.raises(KeyError, match="nothing here"):
        es.run(settings, out="a")
    assert es.open("a").status == "failed"
    assert es.open("a").failure.startswith(f"{what.replace('_', ' ')} 'py_failing': KeyError: 'nothing here' (test_plugins.py")
    with pytest.raises(KeyError):  # the loss fails at the first evaluation, before there is a checkpoint
        es.run(settings, out="a", resume=True)


def test_a_metric_that_fails_raises_what_it_raised(net):
    @es.metric("py_sad")
    def py_sad(layer):
        raise ZeroDivisionError("sad")

    with pytest.raises(ZeroDivisionError, match="sad") as caught:
        es.metrics(net, "py_sad")
    assert caught.value.__notes__ == ["in metric 'py_sad'"]


def test_a_loss_that_returns_no_pair():
    es.loss("py_single")(lambda outputs, labels: 1.0)
    with pytest.raises(es.Error, match="loss 'py_single': it returned something else than a loss and its gradient"):
        es.run(DIGITS, out="a", set={"training.loss": "py_single"})


def test_ctrl_c_within_a_rule_saves_the_run(tiring):
    tiring["limit"] = 10**9
    interrupts = []

    @es.drop_rule("py_interrupted")
    def py_interrupted(asked):
        if not interrupts:
            interrupts.append(1)
            signal.raise_signal(signal.SIGINT)
        return np.abs(asked.layer.values)

    settings = RULE | {"sparsity.drop_rule": "py_interrupted", "training.epochs": 120}
    with pytest.raises(KeyboardInterrupt):
        es.run(settings, out="a")
    run = es.open("a")
    assert run.status == "interrupted" and run.topology["step"][-1] > 0
    es.run(settings, out="a", resume=True)
    es.run(settings, out="whole")
    assert same_snapshots("a", "whole")


def test_a_rule_that_calls_exit_leaves_the_run_to_be_resumed():
    @es.drop_rule("py_leaving")
    def py_leaving(asked):
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        es.run(RIGL, out="a", set={"sparsity.drop_rule": "py_leaving"})
    assert es.open("a").status == "interrupted"


def test_sweeps_know_rules_given_in_python(tiring):
    tiring["limit"] = 10**9
    arguments = dict(grid={"sparsity.drop_rule": ["magnitude", "py_tiring"]}, seeds=[0, 1])
    planned = es.sweep(RULE, **arguments, out="sweep", dry_run=True)
    assert [run["step"] for run in planned["runs"]] == ["start"] * 4 and not tiring["calls"]
    done = es.sweep(RULE, **arguments, out="sweep", jobs=2)
    assert done["status"] == "finished" and len(done["runs"]) == 4 and tiring["calls"]
    for seed in (0, 1):
        assert same_snapshots(*(run["folder"] for run in done["runs"] if run["seed"] == seed))
    assert "accuracy" in (pathlib.Path(done["runs"][0]["folder"]) / "log.txt").read_text()
    again = es.sweep(RULE, **arguments, out="sweep")
    assert not any(run["ran"] for run in again["runs"])
    es.run(RULE, out="alone", set={"seed": 1})
    assert same_snapshots("alone", done["runs"][3]["folder"])


def test_a_sweep_whose_rule_fails_says_so_and_goes_on(tiring):
    arguments = dict(grid={"sparsity.drop_rule": ["magnitude", "py_tiring"]}, out="sweep", jobs=1)
    with pytest.raises(es.Error, match="1 of 2 runs failed, the first .*py_tiring.*: drop rule 'py_tiring': RuntimeError: I am tired") as caught:
        es.sweep(RULE, **arguments)
    assert isinstance(caught.value.__cause__, RuntimeError) and caught.value.__cause__.__traceback__ is not None
    log = next(pathlib.Path("sweep").glob("*py_tiring*/log.txt"))
    assert "espalier: drop rule 'py_tiring': RuntimeError: I am tired" in log.read_text()
    with pytest.raises(es.Error, match="I am tired"):  # listed, not run again
        es.sweep(RULE, **arguments)
    tiring["limit"] = 10**9
    assert es.sweep(RULE, **arguments, retry_failed=True)["status"] == "finished"


def test_ctrl_c_saves_a_sweep_of_rules_given_in_python():
    code = """
import os, signal, threading
import numpy as np, espalier as es
es.drop_rule("mine")(lambda asked: np.abs(asked.layer.values))
threading.Timer(3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
base = {"data.dataset": "digits", "training.epochs": 100000, "sparsity.density": 0.1, "sparsity.drop_rule": "mine"}
try:
    es.sweep(base, seeds=[0, 1], out="a", jobs=2)
except KeyboardInterrupt:
    print("stopped", [run.status for run in es.find_runs("a")])
"""
    assert python(code) == "stopped ['interrupted', 'interrupted']\n"


def test_shared_libraries():
    library = pathlib.Path(es.__file__).parents[2] / "tests/plugin/example.so"
    if not library.exists():
        pytest.skip("the example of a plug-in is not built")
    code = f"""
import espalier as es
LOAD
base = {RIGL!r}
done = es.sweep(base, grid={{"sparsity.drop_rule": ["magnitude", "relative_magnitude"]}}, out="OUT", jobs=1)
print(done["status"], es.run(base, out="OUT/alone", set={{"sparsity.drop_rule": "relative_magnitude"}}).status)
"""
    loads = f"es.plugins.load({str(library)!r})"
    assert python(code.replace("LOAD", loads).replace("OUT", "a")) == "finished finished\n"
    assert python(code.replace("LOAD", "").replace("OUT", "b"), ESPALIER_PLUGINS=str(library)) == "finished finished\n"
    said = python("import warnings; warnings.simplefilter('error')\ntry:\n  import espalier\nexcept UserWarning as e: print(e)", ESPALIER_PLUGINS="/none.so")
    assert "/none.so: there is no such file (ESPALIER_PLUGINS)" in said
    with pytest.raises(es.ConfigError, match="there is no such file"):
        es.plugins.load("/none.so")


def test_what_would_be_registered_for_nothing_is_refused():
    with pytest.raises(TypeError, match=r'@es.drop_rule\("name"\)'):

        @es.drop_rule
        def forgotten(asked):
            return asked.layer.values

    es.grow_rule("py_flag", gradient=False)(lambda asked: asked.rng.random((asked.rows, asked.before.inputs)))
    with pytest.raises(es.ConfigError, match="was given with gradient=False"):
        es.grow_rule("py_flag")(lambda asked: np.abs(asked.gradient))
