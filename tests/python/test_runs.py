"""Reading runs without h5py."""

import numpy as np
import pytest

import espalier as es


def test_what_a_run_says(finished):
    run = es.open(finished)
    assert isinstance(run, es.Run) and run.status == "finished" and run.seed == 0
    assert run.config["sparsity"]["density"] == 0.2 and run.config["data"]["dataset"] == "digits"
    assert run.results["density"] == pytest.approx(0.2, abs=0.01)
    assert [layer["kind"] for layer in run.layers if layer["sparse"]] == ["linear", "linear"]
    assert run.parts[0]["step"] == 0
    assert es.open(finished / "run.h5").path == run.path


def test_tables_are_arrays(finished):
    run = es.open(finished)
    assert run.train["epoch"].tolist() == [1, 2, 3] and run.train["loss"].dtype == float
    test = run.eval.where(split="test")
    assert test.rows == 4 and set(run.eval["split"]) == {"validation", "test"}
    assert test["accuracy"][-1] == run.results["test_accuracy"]
    assert run.tickets.rows == 0 and len(run.tickets) == 0
    with pytest.raises(ValueError):
        run.train["loss"][0] = 1
    with pytest.raises(KeyError, match="columns: "):
        run.train["los"]
    frame = pytest.importorskip("pandas") and run.topology.to_dataframe()
    assert len(frame) == run.topology.rows


def test_snapshots_are_topologies_with_weights(finished):
    snapshots = es.open(finished).snapshots
    assert len(snapshots) == 4 and snapshots.steps[0] == 0
    last = snapshots[-1]
    assert last.names == ["000_fc1", "002_fc2"] or len(last) == 2
    assert last == snapshots.at(snapshots.steps[-1]) and len(snapshots[1:]) == 3
    assert {"fc1.weight", "fc1.bias"} <= set(last.state_dict()) and last.masks()["fc1.weight"].dtype == bool
    assert np.array_equal(last.masks()["fc1.weight"], last["fc1"].to_numpy(bool))
    with pytest.raises(KeyError, match="no snapshot at step 7"):
        snapshots.at(7)
    assert [one.edges for one in snapshots] == [one.edges for one in es.topologies(f"{finished}@all")]


def test_h5py_agrees(finished):
    h5py = pytest.importorskip("h5py")
    last = es.open(finished).snapshots[-1]
    with h5py.File(finished / "run.h5") as file:
        group = file["snapshots"][last.snapshot]
        for layer in last:
            assert np.array_equal(group[layer.name]["indices"], layer.indices)
            assert np.array_equal(group[layer.name]["values"], layer.values)


def test_a_file_that_h5py_holds_is_read(finished):
    h5py = pytest.importorskip("h5py")
    with h5py.File(finished / "run.h5") as file:
        last = es.open(finished).snapshots[-1]
        assert np.array_equal(file["snapshots"][last.snapshot]["000_fc1"]["indices"], last["fc1"].indices)
    assert es.open(finished).snapshots[-1] == last


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(es.ConfigError, match="no such file"):
        es.Run("nothing")
    (tmp_path / "x").mkdir()
    with pytest.raises(es.ConfigError, match="no run.h5"):
        es.Run("x")
    (tmp_path / "run.h5").write_text("no HDF5")
    with pytest.raises(es.Error):
        es.Run("run.h5")


def test_options_for_a_run_are_refused(finished):
    with pytest.raises(es.ConfigError, match="@last"):
        es.open(finished, layers="fc1")
    assert es.open(f"{finished}@last", layers="fc1").names == ["000_fc1"]


def test_names_that_are_not_there_are_refused(finished):
    with pytest.raises(es.ConfigError, match="table 'evall' is not known; known: train, eval"):
        es.open(finished).table("evall")
    assert es.open(finished).table("tickets").rows == 0 and es.open(finished).failure is None
    with pytest.raises(es.ConfigError, match="where"):
        es.find_runs()
