#!/usr/bin/python3
"""Trains networks of millions of neurons and prints the table of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--threads N] [--only NAME]...

Names: one-million, one-million-static, five-million, ten-million. Finished runs are kept, interrupted ones resumed.
"""
import argparse
import os
import subprocess
import sys

import h5py  # Debian: python3-h5py

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = {
    "one-million": ("one-million.toml", []),
    "one-million-static": ("one-million.toml", ["--set", "sparsity.method=static"]),
    "five-million": ("five-million.toml", []),
    "ten-million": ("ten-million.toml", []),
}


def is_finished(path):
    if not os.path.exists(path):
        return False
    with h5py.File(path, "r") as file:
        return file.attrs["status"] in ("finished", b"finished")


def train(options, name):
    """Trains where that is not done; one run at a time, so that times mean something."""
    config, overrides = RUNS[name]
    folder = f"{options.out}/{name}"
    if is_finished(f"{folder}/run.h5"):
        return
    command = [options.espalier, "run", f"{HERE}/{config}", *overrides, "--out", folder,
               "--threads", str(options.threads)]
    if os.path.exists(f"{folder}/run.h5"):
        command.append("--resume")
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit(1)  # the program has said why


def row(path, name):
    """One line of the table, from the run file alone."""
    with h5py.File(path, "r") as file:
        result = dict(file.attrs)
        topology = {column: data[:] for column, data in file["metrics/topology"].items()}
        steps = int(file["metrics/train/step"][-1])
        epochs = float(file["metrics/train/epoch"][-1])
        kept = sum(layer["indices"].shape[0] for layer in file["snapshots"][f"{steps:09d}"].values())
    updates = topology["seconds"][(topology["layer"] == -1) & (topology["step"] > 0)]
    step = (steps / result["steps_per_second"] - updates.sum()) / steps
    cells = [name, f"{kept / 1e6:.1f} M", f"{epochs:g}", f"{step * steps / epochs:.0f} s", f"{step:.2f} s"]
    if len(updates):
        cells += [f"{updates.mean():.2f} s", f"{100 * updates.mean() / (100 * step):.1f} %"]
    else:
        cells += ["-", "-"]
    return cells + [f"{result['peak_rss_bytes'] / 1e9:.2f} GB", f"{result['test_accuracy']:.3f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--espalier", default="build/release/bin/espalier")
    parser.add_argument("--out", default="runs/million-neurons")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", action="append", choices=RUNS)
    options = parser.parse_args()
    names = options.only or list(RUNS)
    for name in names:
        train(options, name)
    heads = ["run", "weights", "epochs", "an epoch", "a step", "an update", "of 100 steps", "peak memory", "test accuracy"]
    print("| " + " | ".join(heads) + " |\n|" + " --- |" * len(heads))
    for name in names:
        print("| " + " | ".join(row(f"{options.out}/{name}/run.h5", name)) + " |")


main()
