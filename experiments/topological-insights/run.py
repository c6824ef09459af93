#!/usr/bin/python3
"""Trains the seeds of this experiment and prints the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--seeds N] [--jobs N]

Finished runs are kept, interrupted ones resumed. Two minutes a seed on one core.
"""
import argparse
import concurrent.futures
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
STEPS_PER_EPOCH = 375
EPOCHS = [0, 1, 2, 5, 10, 20, 50, 100, 150, 200]
ACCURACY_EPOCHS = [20, 50, 200]
AUTHORS = [0.823, 0.852, 0.874]  # mean of seven saved runs
VARIANTS = {
    "similar": [],
    "independent": ["--set", "sparsity.init_seed=-1", "--set", "sparsity.init_perturbation=0.0"],
}


def call(arguments):
    """Standard output of a command; its one line of error ends this program."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return done.stdout


def train(options, variant, seed):
    folder = f"{options.out}/{variant}-s{seed}"
    command = [options.espalier, "run", f"{HERE}/set.toml", "--set", f"seed={seed}", *VARIANTS[variant],
               "--out", folder, "--threads", "1", "--json"]
    if os.path.exists(f"{folder}/run.h5"):
        command.append("--resume")
    return json.loads(call(command))


def validation_accuracy(path):
    """Validation accuracy by step."""
    import h5py  # Debian: python3-h5py

    with h5py.File(path, "r") as file:
        table = file["metrics/eval"]
        rows = zip(table["step"][:], table["split"][:], table["accuracy"][:])
        return {int(step): float(accuracy) for step, split, accuracy in rows if split == b"validation"}


def distances(options, arguments, metric="nnstd"):
    """Per layer: distances between all pairs, i < j."""
    answer = json.loads(call([options.espalier, "distance", *arguments, "--metric", metric, "--json"]))[0]
    count = len(arguments)
    return [[layer[i][j] for i in range(count) for j in range(i + 1, count)] for layer in answer["per_layer"]]


def spread(values):
    return f"{statistics.mean(values):.3f} ± {statistics.pstdev(values):.3f}"


def print_accuracy(runs):
    print("| epoch | " + " | ".join(map(str, ACCURACY_EPOCHS)) + " |")
    print("| --- |" + " --- |" * len(ACCURACY_EPOCHS))
    print("| authors, mean of seven runs | " + " | ".join(f"{a:.3f}" for a in AUTHORS) + " |")
    for variant, paths in runs.items():
        curves = [validation_accuracy(path) for path in paths]
        cells = [spread([curve[epoch * STEPS_PER_EPOCH] for curve in curves]) for epoch in ACCURACY_EPOCHS]
        print(f"| ours, {variant} starts, {len(paths)} seeds | " + " | ".join(cells) + " |")


def print_distances(options, runs):
    print("\n| epoch | " + " | ".join(f"{v}: fc{layer}" for v in runs for layer in (1, 2, 3)) + " |")
    print("| --- |" + " --- |" * (3 * len(runs)))
    for epoch in EPOCHS:
        cells = []
        for paths in runs.values():
            layers = distances(options, [f"{path}@{epoch * STEPS_PER_EPOCH}" for path in paths])
            cells += [spread(layer) for layer in layers[:3]]
        print(f"| {epoch} | " + " | ".join(cells) + " |")


def print_drift(options, paths):
    """How far each run has moved from its own start."""
    print("\n| epoch | fc1 | fc2 | fc3 |\n| --- | --- | --- | --- |")
    for epoch in EPOCHS[1:]:
        layers = [[], [], []]
        for path in paths:
            pair = distances(options, [f"{path}@0", f"{path}@{epoch * STEPS_PER_EPOCH}"])
            for layer in range(3):
                layers[layer] += pair[layer]
        print(f"| {epoch} | " + " | ".join(spread(layer) for layer in layers) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--espalier", default="build/release/bin/espalier")
    parser.add_argument("--out", default="runs/topological-insights")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    work = [(variant, seed) for seed in range(options.seeds) for variant in VARIANTS]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda item: train(options, *item), work))
    runs = {v: [r["out"] for (variant, _), r in zip(work, results) if variant == v] for v in VARIANTS}
    print_accuracy(runs)
    print(f"\nTest accuracy after the last epoch: {spread([r['test_accuracy'] for r in results])}, "
          f"R_s {spread([r['exploration_rate'] for r in results])}, "
          f"{statistics.mean(r['seconds'] for r in results):.0f} s a run on one core, "
          f"{max(r['peak_rss_bytes'] for r in results) / 2**20:.0f} MiB at most")
    print("\nNNSTD between runs of different seeds")
    print_distances(options, runs)
    print("\nNNSTD between a run and its own start (similar starts)")
    print_drift(options, runs["similar"])


main()
