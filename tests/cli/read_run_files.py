"""Reads run files with h5py alone.

usage: read_run_files.py FILE...                reads all of each; says "<files> files, <snapshots> snapshots"
       read_run_files.py --while-running FILE   opens a file again and again while it is written; says "failed opens 0"
"""
import sys

import h5py
import numpy as np

OPENS = 400
GROWTHS = 5


def check_tables(run):
    for name, table in run["metrics"].items():
        assert len({column.shape for column in table.values()}) == 1, name
        assert (np.diff(table["step"][:]) >= 0).all(), name
        for column in table.values():
            column[:]


def check_layer(layer):
    out, inputs = layer.attrs["shape"]
    starts, indices = layer["indptr"][:].astype(int), layer["indices"][:]
    assert len(starts) == out + 1 and starts[0] == 0 and (np.diff(starts) >= 0).all()
    assert starts[-1] == len(indices) == len(layer["values"][:]) and (indices < inputs).all()
    assert len(layer["bias"][:]) == out


def check(run):
    """Reads everything; returns the number of snapshots and of rows in the evaluations."""
    assert run.attrs["format"] == "espalier.run" and run.attrs["format_version"] == 1
    assert run.attrs["status"] in ("running", "finished", "interrupted", "failed")
    check_tables(run)
    for snapshot in run["snapshots"].values():
        for layer in snapshot.values():
            check_layer(layer)
    return len(run["snapshots"]), len(run["metrics/eval/step"]) if "eval" in run["metrics"] else 0


def read_all(paths):
    snapshots = 0
    for path in paths:
        with h5py.File(path, "r") as run:
            snapshots += check(run)[0]
    print(f"{len(paths)} files, {snapshots} snapshots")


def watch(path):
    """Until it was opened OPENS times and has grown GROWTHS times."""
    opens = growths = failed = rows = 0
    while opens < OPENS or growths < GROWTHS:
        opens += 1
        try:
            with h5py.File(path, "r") as run:
                assert run.attrs["status"] == "running", run.attrs["status"]
                now = check(run)[1]
        except OSError as error:
            print(error, file=sys.stderr)
            failed += 1
            continue
        assert now >= rows, "rows went away"
        growths += now > rows
        rows = now
    print(f"failed opens {failed}")


if sys.argv[1] == "--while-running":
    watch(sys.argv[2])
else:
    read_all(sys.argv[1:])
