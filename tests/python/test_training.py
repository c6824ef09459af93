"""Runs from Python: the same runs, with callbacks that can stop."""

import json

import numpy as np
import pytest
from conftest import DIGITS

import espalier as es
from espalier.training import run_command


def same_runs(a, b):
    a, b = es.open(a), es.open(b)
    return (
        a.snapshots.steps == b.snapshots.steps
        and all(x == y for x, y in zip(a.snapshots, b.snapshots))
        and np.array_equal(a.train["loss"], b.train["loss"])
    )


def test_a_run_is_that_of_the_command_line(finished):
    words = ["run", str(finished / "config.toml"), "--out", "cli", "--json"]
    (finished / "config.toml").write_text(es.open(finished).config_text, encoding="utf-8")
    said = json.loads(run_command(words))
    assert same_runs(finished, "cli") and said["status"] == "finished"


def test_the_result_is_what_json_says():
    result = es.run(DIGITS, out="a", set={"training.epochs": 2}, threads=1)
    assert result.status == "finished" and result["epochs"] == 2 and result.run.status == "finished"
    assert set(result) >= {"test_accuracy", "density", "seconds", "snapshots"}
    with pytest.raises(AttributeError, match="accuracies"):
        result.accuracies


def test_configurations_in_every_form(tmp_path):
    nested = {"data": {"dataset": "digits"}, "sparsity": {"method": "rigl", "density": 0.1}, "model.hidden": (16, 8)}
    flat = {"data.dataset": "digits", "sparsity.method": "rigl", "sparsity.density": 0.1, "model.hidden": [16, 8]}
    (tmp_path / "c.toml").write_text('[data]\ndataset = "digits"\n[sparsity]\nmethod = "rigl"\ndensity = 0.1\n')
    assert es.resolve(nested) == es.resolve(flat) == es.resolve("c.toml", set={"model.hidden": [16, 8]})
    assert es.resolve(flat)["sparsity"]["grow_rule"] == "gradient"
    with pytest.raises(es.ConfigError, match="sparsity.density"):
        es.resolve({"sparsity.densty": 0.1})
    with pytest.raises(es.ConfigError, match="given twice"):
        es.resolve({"sparsity.density": 0.1, "sparsity": {"density": 0.2}})
    with pytest.raises(es.ConfigError, match="no such configuration"):
        es.run("nothing.toml")
    assert "sparsity.density" in es.configuration_keys()


def test_a_callback_sees_epochs_and_stops(finished):
    seen = []

    def stop_after_two(progress):
        seen.append(progress)
        return progress["epoch"] == 2

    result = es.run(DIGITS, out="a", callback=stop_after_two)
    assert result.status == "interrupted" and [one["epoch"] for one in seen] == [1, 2]
    assert set(seen[0]) == {
        "epoch", "epochs", "step", "total_steps", "loss", "validation_accuracy", "test_accuracy", "density"
    }
    assert 0 < seen[0]["test_accuracy"] < 1 and seen[0]["density"] == pytest.approx(0.2, abs=0.01)
    assert es.run(DIGITS, out="a", resume=True).status == "finished" and same_runs("a", finished)


def test_what_a_callback_raises_comes_back_once_all_is_saved(finished):
    def fail(progress):
        raise RuntimeError(f"in epoch {progress['epoch']}")

    with pytest.raises(RuntimeError, match="in epoch 1"):
        es.run(DIGITS, out="a", callback=fail)
    assert es.open("a").status == "interrupted"
    es.run(DIGITS, out="a", resume=True)
    assert same_runs("a", finished)


def test_callbacks_may_read_the_run():
    steps = []
    es.run(DIGITS, out="a", callback=lambda progress: steps.append(es.open("a").snapshots.steps) and None)
    assert len(steps) == 3


def test_what_is_there_is_not_replaced(finished):
    with pytest.raises(es.ConfigError, match="resume"):
        es.run(DIGITS, out=finished)
    with pytest.raises(es.ConfigError, match="nothing|no run"):
        es.run(DIGITS, out="a", resume=True)
    with pytest.raises(es.ConfigError, match="not both"):
        es.run(DIGITS, out=finished, resume=True, force=True)


def test_a_loss_that_is_not_finite():
    with pytest.raises(es.NumericError):
        es.run(DIGITS | {"optimizer.learning_rate": 1e30}, out="a")
    assert es.open("a").status == "failed" and "not a finite number at step" in es.open("a").failure


def test_sweeps():
    arguments = dict(grid={"sparsity.density": [0.1, 0.2]}, seeds=[0, 1], out="sweep", set={"training.epochs": 2})
    planned = es.sweep(DIGITS, **arguments, dry_run=True)
    assert [run["step"] for run in planned["runs"]] == ["start"] * 4
    done = es.sweep(DIGITS, **arguments, jobs=2)
    assert done["status"] == "finished" and all(run["ran"] for run in done["runs"])
    again = es.sweep("sweep/sweep.toml", out="sweep", set={"training.epochs": 2})
    assert not any(run["ran"] for run in again["runs"])
    accuracies = [es.open(run["folder"]).results["test_accuracy"] for run in again["runs"]]
    assert accuracies == [run["test_accuracy"] for run in again["runs"]]
    with pytest.raises(es.ConfigError, match="sparsity.density"):
        es.sweep(DIGITS, grid={"sparsity.densty": [1]}, out="other")
    for sweep, message in [
        (dict(config=DIGITS), "grid, variants or seeds"),
        (dict(config="sweep/sweep.toml", name="mine"), "has its own"),
        (dict(config=DIGITS, seeds=[0], jobs=0), "jobs = 0"),
        (dict(config=DIGITS, grid={"sparsity.method": "rigl"}), "a list of values is needed"),
        (dict(config=DIGITS, grid={"sparsity.density": 0.1}), "a list of values is needed"),
    ]:
        with pytest.raises(es.ConfigError, match=message):
            es.sweep(**sweep, out="other")


def test_superposing():
    for seed in (0, 1):
        es.run(DIGITS | {"seed": seed, "training.epochs": 2}, out=f"s{seed}")
    ticket = es.superpose([es.open("s0"), "s1"], "sup_tickets", align=True, average="cia")
    assert 0 < ticket.test_accuracy <= 1 and len(ticket.members) == 2
    assert ticket.topology.density == pytest.approx(0.2, abs=0.01)
    ticket.save("ticket.h5")
    assert es.open("ticket.h5") == es.open("ticket.h5@superposed")
    said = json.loads(run_command("tickets superpose s0 s1 --method sup_tickets --align --out cli.h5 --json".split()))
    assert said["test_accuracy"] == ticket.test_accuracy
    again = es.superpose([es.open("s0").snapshots[-1], "s1"], "sup_tickets", align="weights")
    assert again.test_accuracy == ticket.test_accuracy
    for arguments, error, message in [
        (dict(method="nothing"), es.ConfigError, "nothing"),
        (dict(method="majority", gamma=0.5), es.ConfigError, "gamma"),
        (dict(method="majority", gama=0.5), TypeError, "gama"),
    ]:
        with pytest.raises(error, match=message):
            es.superpose(["s0", "s1"], **arguments)


def test_arrays_are_given_by_a_file():
    stream = np.random.default_rng(0)
    x, y = stream.normal(size=(200, 6)).astype(np.float32), stream.integers(3, size=200)
    for given in ((x, y), x, {"x": x, "y": y}):
        with pytest.raises(es.ConfigError, match="np.savez|data.dataset.x is not a key"):
            es.run({"data.dataset": given})
    np.savez("mine.npz", x=x, y=y)
    config = {"data.dataset": "mine.npz", "data.test": 0.2, "model.hidden": [8], "training.epochs": 1, "sparsity.method": "static"}
    assert es.run(config, out="runs/mine").status == "finished"
