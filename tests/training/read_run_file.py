"""Reads a run file with h5py alone. As `read_run_file.py PATH` it prints what it found, as `read_run_file.py PATH
COUNT` it opens the file COUNT times while it is being written and prints how many of these failed."""
import sys

import h5py
import numpy as np


def check(path, snapshots):
    with h5py.File(path, "r") as run:
        assert run.attrs["format"] == "espalier.run" and run.attrs["format_version"] == 1
        assert isinstance(run.attrs["config"], str)
        for table in run["metrics"].values():
            assert len({column.shape for column in table.values()}) == 1
            table["step"][:]
        for label in list(run["snapshots"])[-snapshots:]:
            snapshot = run["snapshots"][label]
            for name in ("000_fc1", "003_fc2"):
                layer = snapshot[name]
                out, inputs = layer.attrs["shape"]
                assert layer["indptr"].dtype == np.uint64 and layer["indptr"].shape == (out + 1,)
                indices = layer["indices"]
                assert indices.dtype == np.uint32
                assert indices.compression == ("gzip" if 4 * indices.size > 4096 else None)
                assert layer["indptr"][-1] == indices.size and indices[:].max() < inputs
            assert snapshot["000_fc1"]["values"][0] == float(int(label))
        return run.attrs["status"], len(run["snapshots"])


def failures(path, count):
    failed = 0
    for _ in range(count):
        try:
            check(path, snapshots=1)
        except Exception as error:
            print(repr(error), file=sys.stderr)
            failed += 1
    return failed


if len(sys.argv) > 2:
    print(failures(sys.argv[1], int(sys.argv[2])))
else:
    print(*check(sys.argv[1], snapshots=100))
