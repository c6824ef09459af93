#!/usr/bin/python3
"""What many snapshots of a small network cost: bytes, seconds to read them beside h5py, bytes written by a run.

usage: run_file_cost.py [--espalier PROGRAM] [--snapshots N] [--repeats N]

Trains digits with SET (64-32-10, density 0.1), a snapshot and a checkpoint every step, and prints

- bytes per snapshot, beside the bytes of its arrays
- bytes that the run wrote (/proc/PID/io), without its checkpoints, beside its file
- seconds per snapshot: h5py reading indptr, indices and values of every layer, `inspect run.h5@all` reading and checking the same,
  `metrics --metric evolution`, and `inspect` that lists them; medians of the repeats, taken by turns, h5py without its import
  and the commands with all they do
"""
import argparse
import os
import statistics
import subprocess
import tempfile
import time

import h5py  # Debian: python3-h5py

CONFIG = """name = "run-file-cost"
[data]
dataset = "digits"
[model]
hidden = [32]
[sparsity]
method = "set"
density = 0.1
dense_layers = []
update_every = "10it"
[training]
epochs = {epochs}
batch_size = 64
evaluate_every = "100it"
checkpoint_every = "1it"
[snapshots]
every = "1it"
"""
STEPS_AN_EPOCH = 21


def train(espalier, folder, snapshots):
    """The run file, bytes written by the run, and bytes of its last checkpoint."""
    config = f"{folder}/config.toml"
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG.format(epochs=max(1, snapshots // STEPS_AN_EPOCH)))
    run = subprocess.Popen([espalier, "run", config, "--out", f"{folder}/run"], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
    os.waitid(os.P_PID, run.pid, os.WEXITED | os.WNOWAIT)  # ended, and its counters still there
    with open(f"/proc/{run.pid}/io", encoding="ascii") as counters:
        written = next(int(line.split()[1]) for line in counters if line.startswith("wchar"))
    if run.wait() != 0:
        raise SystemExit("the run failed")
    return f"{folder}/run/run.h5", written, os.path.getsize(f"{folder}/run/checkpoint.h5")


def arrays_of(layer):
    return [layer[name] for name in ("indptr", "indices", "values") if name in layer]


def read_by_h5py(path):
    with h5py.File(path) as file:
        for snapshot in file["snapshots"].values():
            for layer in snapshot.values():
                for array in arrays_of(layer):
                    array[:]


def stored_bytes(path):
    with h5py.File(path) as file:
        return sum(array.size * array.dtype.itemsize for snapshot in file["snapshots"].values()
                   for layer in snapshot.values() for array in layer.values())


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--espalier", default="build/release/src/cli/espalier")
    arguments.add_argument("--snapshots", type=int, default=2500)
    arguments.add_argument("--repeats", type=int, default=5)
    options = arguments.parse_args()

    def command(*words):
        subprocess.run([options.espalier, *words], stdout=subprocess.DEVNULL, check=True)

    with tempfile.TemporaryDirectory() as folder:
        path, written, checkpoint = train(options.espalier, folder, options.snapshots)
        with h5py.File(path) as file:
            count = len(file["snapshots"])
        size = os.path.getsize(path)
        print(f"{count} snapshots, {size / count:.0f} bytes each in the file, {size / stored_bytes(path):.2f} times their arrays")
        checkpoints = count * checkpoint
        rest = written - checkpoints
        print(f"written without checkpoints {rest / 1e6:.1f} MB, {rest / size:.2f} times the file; "
              f"checkpoints about {checkpoints / 1e6:.1f} MB")
        works = {"h5py reads": lambda: read_by_h5py(path),
                 "inspect @all reads": lambda: command("inspect", path + "@all", "--json"),
                 "evolution": lambda: command("metrics", path, "--metric", "evolution", "--json"),
                 "inspect lists": lambda: command("inspect", path)}
        times = {name: [] for name in works}
        for _ in range(options.repeats):
            for name, work in works.items():
                times[name].append(seconds(work))
        peer = statistics.median(times["h5py reads"])
        for name, taken in times.items():
            median = statistics.median(taken)
            print(f"{name:20} {median:8.2f} s  {1e3 * median / count:7.3f} ms per snapshot  {median / peer:5.2f} of h5py")


if __name__ == "__main__":
    main()
