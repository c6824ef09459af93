"""One table of many runs, beside what `espalier collect` writes."""

import csv
import math
import shutil

import numpy as np
import pytest

import espalier as es
from espalier.training import run_command


@pytest.fixture
def runs(tmp_path):
    """Two seeds of one method, and another method, written by a loop of Python's."""
    accuracies = {("set", 0): 0.5, ("set", 1): 0.7, ("rigl", 0): 0.9}
    for (method, seed), accuracy in accuracies.items():
        config = {"data.dataset": "digits", "sparsity.method": method, "sparsity.density": 0.1, "seed": seed}
        with es.SnapshotWriter(tmp_path / "runs" / f"{method}-s{seed}", name=method, seed=seed, config=config) as log:
            log.snapshot(1, {"fc.weight": np.eye(4, dtype=np.float32)})
            log.metrics(step=1, split="test", accuracy=accuracy, epoch=1.0)
    return tmp_path / "runs"


def rows_of_program(*options):
    return list(csv.DictReader(run_command(["collect", "runs", *options]).splitlines()))


def same(value, written):
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return written in ("", "nan")
    if isinstance(value, str):
        return value == written
    return float(written) == float(value)


@pytest.mark.parametrize("how", ["", "mean", "epochs"])
def test_the_table_is_that_of_the_program(runs, how):
    table = es.collect("runs", columns=["data.dataset"], **({how: True} if how else {}))
    written = rows_of_program("--columns", "data.dataset", *([f"--{how}"] if how else []))
    assert table.rows == len(written) > 0 and list(table) == list(written[0])
    for name, values in table.items():
        for value, row in zip(values.tolist(), written):
            assert same(value, row[name]), (name, value, row[name])
    assert not table["data.dataset"].flags.writeable


def test_columns_have_one_type_each(runs):
    table = es.collect(runs)
    assert table["seed"].dtype == np.int64 and table["name"].tolist() == ["rigl", "set", "set"]
    assert table.where(name="set")["test_accuracy"].tolist() == [0.5, 0.7]


def test_means_are_over_seeds(runs):
    table = es.collect(runs, mean=True)
    at = table["name"].tolist().index("set")
    assert table["test_accuracy"][at] == pytest.approx(0.6) and table["n"][at] == 2
    assert table["test_accuracy_std"][at] == pytest.approx(np.std([0.5, 0.7], ddof=1))


def test_it_is_a_dataframe(runs):
    pandas = pytest.importorskip("pandas")
    frame = es.collect(runs).to_dataframe()
    assert isinstance(frame, pandas.DataFrame) and frame.groupby("name")["test_accuracy"].max()["set"] == 0.7


def test_a_file_that_is_none_keeps_its_row_and_is_told(runs):
    (runs / "broken").mkdir()
    (runs / "broken" / "run.h5").write_bytes(b"not a run")
    with pytest.warns(es.Notice, match="1 of 4 run files cannot be read"):
        table = es.collect(runs)
    assert table["status"].tolist().count("unreadable") == 1 and table.rows == 4


def test_what_cannot_be_collected_is_refused(runs, tmp_path):
    with pytest.raises(es.ConfigError, match="of which runs"):
        es.collect()
    with pytest.raises(es.ConfigError, match="mean is over seeds"):
        es.collect(runs, mean=True, epochs=True)
    with pytest.raises(es.ConfigError, match="'sparsity.denstiy' is neither a key"):
        es.collect(runs, columns="sparsity.denstiy")
    with pytest.raises(es.ConfigError, match="nowhere"):
        es.collect(tmp_path / "nowhere")
    shutil.rmtree(runs)
    runs.mkdir()
    with pytest.raises(es.ConfigError, match="no run"):
        es.collect(runs)
    with pytest.raises(es.ConfigError, match="no run"):
        es.find_runs(runs)
