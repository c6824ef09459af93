"""A loop of somebody else's, logged as a run of ours."""

import csv
import json
import warnings

import numpy as np
import pytest

import espalier as es
from espalier.training import run_command


def states(draw, count=3):
    """State dicts as a training loop has them: two layers, a bias and normalisation between."""
    for k in range(count):
        yield {
            "fc1.weight": draw((6, 9), seed=k), "fc1.bias": draw(6, 1, seed=k), "bn1.weight": np.ones(6, np.float32),
            "bn1.running_mean": draw(6, 1, seed=k), "bn1.num_batches_tracked": np.int64(k),
            "fc2.weight": draw((3, 6), seed=k + 10),
        }


def write(draw, path="mine", **options):
    with es.SnapshotWriter(path, name="rigl", seed=4, **options) as log:
        for k, state in enumerate(states(draw)):
            log.snapshot(10 * k, state)
            log.metrics(step=10 * k, loss=1.0 / (k + 1), epoch=k)
            log.metrics(step=10 * k, split="test", accuracy=0.5 + 0.1 * k, loss=np.float32(2))


def test_read_back(draw):
    write(draw)
    run = es.open("mine")
    assert (run.name, run.seed, run.status) == ("rigl", 4, "finished") and run.config == {}
    assert run.snapshots.steps == [0, 10, 20]
    assert [layer["name"] for layer in run.layers] == ["000_fc1", "001_bn1", "002_fc2"]
    for snapshot, state in zip(run.snapshots, states(draw)):
        found = snapshot.state_dict()
        assert set(found) == set(state) - {"bn1.num_batches_tracked"}
        assert all(np.array_equal(found[name], state[name]) for name in found)
    assert run.train["loss"].tolist() == [1, 0.5, 1 / 3]
    assert run.eval.where(split="test")["accuracy"].tolist() == pytest.approx([0.5, 0.6, 0.7])
    assert run.results["test_accuracy"] == pytest.approx(0.7)


def test_rows_of_the_topology(draw):
    write(draw)
    run = es.open("mine")
    whole = run.topology.where(layer=-1)
    assert whole["density"].tolist() == [one.density for one in run.snapshots]
    first, second = (one["fc1"].to_numpy(bool) for one in run.snapshots[:2])
    changed = run.topology.where(layer=0, step=10)
    assert changed["dropped"][0] == np.sum(first & ~second) and changed["grown"][0] == np.sum(second & ~first)


def test_every_command_reads_it(draw):
    write(draw)
    write(draw, "other", config={"sparsity.method": "rigl", "sparsity.density": 0.3})
    assert json.loads(run_command(["metrics", "mine", "--json"]))[0]["network"]["edges"] > 0
    assert len(json.loads(run_command(["distance", "mine@all", "--json"]))[0]["topologies"]) == 3
    assert json.loads(run_command(["metrics", "mine", "--metric", "evolution", "--json"]))
    said = run_command(["inspect", "mine/run.h5"])
    assert "rigl, seed 4" in said and "none recorded" in said and "epochs, batches" not in said
    assert json.loads(run_command(["inspect", "mine/run.h5", "--json"]))["name"] == "rigl"
    rows = list(csv.DictReader(run_command(["collect", "mine", "other", "--columns", "sparsity.density"]).splitlines()))
    assert [row["name"] for row in rows] == ["rigl", "rigl"] and [row["sparsity.density"] for row in rows] == ["", "0.3"]
    assert float(rows[0]["test_accuracy"]) == pytest.approx(0.7)
    run_command(["export", "mine", "--format", "npz", "--out", "back.npz"])
    assert es.metrics(es.open("mine"), "evolution").network["evolution"]["steps"] == [0, 10, 20]
    with pytest.raises(es.ConfigError, match="configuration"):
        run_command(["tickets", "compare", "mine@0", "mine@10"])


def test_masks_say_what_exists(draw):
    state = next(states(draw))
    with es.SnapshotWriter("mine", weights=False) as log:
        log.snapshot(0, state, masks={"fc1": np.ones((6, 9))})
    net = es.open("mine").snapshots[-1]
    assert net["fc1"].edges == 54 and net["fc1"].values is None and net.parameters == {}


def test_nothing_is_overwritten_and_resume_goes_on(draw):
    write(draw)
    with pytest.raises(es.ConfigError, match="resume=True"):
        es.SnapshotWriter("mine")
    with es.SnapshotWriter("mine", name="rigl", seed=4, resume=True) as log:
        with pytest.raises(es.ConfigError, match="behind step 20"):
            log.metrics(step=19, loss=1.0)
        log.snapshot(30, next(states(draw)))
    assert es.open("mine").snapshots.steps == [0, 10, 20, 30] and len(es.open("mine").parts) == 2
    with es.SnapshotWriter("mine", resume=10) as log:
        log.metrics(step=11, loss=0.1)
    run = es.open("mine")
    assert run.snapshots.steps == [0, 10] and run.train["step"].tolist() == [0, 10, 11]
    with pytest.raises(es.ConfigError):
        es.SnapshotWriter("nothing", resume=True)


def test_a_file_that_ends_before_the_checkpoint(draw):
    log = es.SnapshotWriter("broken")
    for step in (0, 24, 48):
        log.snapshot(step, next(states(draw)))
    log.publish()
    del log  # killed
    with pytest.warns(es.Notice, match=r"run.h5 ends at step 48, before step 72: what was logged between is lost \(log.publish") as told:
        again = es.SnapshotWriter("broken", resume=72)
    assert told[0].filename == __file__
    again.snapshot(96, next(states(draw)))
    again.close()
    with pytest.raises(es.ConfigError, match="is finished at step 96, before step 500; resume=True"):
        es.SnapshotWriter("broken", resume=500)
    with pytest.raises(es.ConfigError, match="resume = -1"):
        es.SnapshotWriter("broken", resume=-1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        es.SnapshotWriter("broken", resume=96).close()


def test_known_columns_are_real_numbers(draw):
    with es.SnapshotWriter("mine") as log:
        log.snapshot(0, next(states(draw)))
        log.metrics(step=1, epoch=0, loss=2, tries=3)
        log.metrics(step=2, epoch=0.5, loss=1.5, tries=4)
        with pytest.raises(es.ConfigError, match="'loss' is the text 'low'"):
            log.metrics(step=3, loss="low")
    train = es.open("mine").train
    assert train["epoch"].tolist() == [0, 0.5] and train["loss"].tolist() == [2, 1.5] and train["tries"].dtype.kind == "i"


def test_data_of_ones_own_in_the_configuration(draw):
    wanted = r'^SnapshotWriter: config: data.dataset = "mine" is not known; .*"data.dataset": "mine.npz", which need not'
    with pytest.raises(es.ConfigError, match=wanted):
        es.SnapshotWriter("mine", config={"data.dataset": "mine"})
    write(draw, config={"data.dataset": "mine.npz", "sparsity.method": "rigl"})
    assert "mine.npz" in run_command(["inspect", "mine/run.h5"])
    assert "mine.npz" in run_command(["collect", "mine", "--columns", "data.dataset"])


def test_how_a_block_ends_is_the_status(draw):
    for error, status in [(ValueError, "failed"), (KeyboardInterrupt, "interrupted")]:
        with pytest.raises(error):
            with es.SnapshotWriter(status) as log:
                log.snapshot(0, next(states(draw)))
                raise error
        assert es.open(status).status == status
    assert es.open("failed").failure == "ValueError" and es.open("interrupted").failure is None
    with pytest.raises(es.ConfigError, match="'done' is none of"):
        es.SnapshotWriter("other").close("done")


def test_a_run_goes_on_as_it_was_begun(draw):
    write(draw, config={"sparsity.method": "rigl"})
    for more, message in [(dict(name="set"), "name = 'rigl', and here it is 'set'"), (dict(seed=5), "seed = 4"),
                          (dict(config={"sparsity.method": "set"}), "another configuration")]:
        with pytest.raises(es.ConfigError, match=message):
            es.SnapshotWriter("mine", resume=True, **more)
    with es.SnapshotWriter("mine", resume=True, config={"sparsity.method": "rigl"}) as log:
        with pytest.raises(es.ConfigError, match="no values"):
            log.metrics(step=30)
    assert es.open("mine").name == "rigl" and es.open("mine").seed == 4


def test_a_run_has_one_network(draw):
    with es.SnapshotWriter("mine") as log:
        with pytest.raises(es.ConfigError, match="call snapshot"):
            log.metrics(step=0, loss=1)
        log.snapshot(0, next(states(draw)))
        with pytest.raises(es.ConfigError, match="was not there"):
            log.snapshot(1, next(states(draw)) | {"fc3.weight": np.eye(3)})
        with pytest.raises(es.ConfigError, match="split"):
            log.metrics(step=1, split="tset", accuracy=1)
        with pytest.raises(es.ConfigError, match="type dict"):
            log.metrics(step=1, loss={})
    with pytest.raises(es.ConfigError, match="closed"):
        log.metrics(step=2, loss=1)


def test_a_run_of_our_own_is_left_alone(finished):
    with pytest.raises(es.ConfigError, match="es.run"):
        es.SnapshotWriter(finished, resume=True)


def test_readers_see_it_while_it_is_written(draw):
    log = es.SnapshotWriter("mine")
    log.snapshot(0, next(states(draw)))
    log.publish()
    assert es.open("mine").status == "running" and len(es.open("mine").snapshots) == 1
    log.close()
