#!/usr/bin/python3
"""What a topology update costs in training steps: 784-4096-4096-4096-10 at density 0.05 on Fashion-MNIST, batch 128.

usage: update_cost.py [--espalier PROGRAM] [--repeats N]

Trains an epoch with an update every 40 steps and reads the seconds that the run file holds of each; a step is the rest of
the training time. Half a minute a method on two cores; nothing else should run.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import h5py  # Debian: python3-h5py

CONFIG = """name = "update-cost"
[model]
hidden = [4096, 4096, 4096]
[sparsity]
density = 0.05
update_every = "40it"
stop_fraction = 1.0
[optimizer]
learning_rate = 0.01
[training]
epochs = 1
checkpoint_every = "1ep"
[snapshots]
every = "0ep"
weights = false
"""


def measure(espalier, folder, method):
    """Seconds of an update (median) and of a step."""
    config = f"{folder}/config.toml"
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG)
    done = subprocess.run([espalier, "run", config, "--set", f"sparsity.method={method}", "--out", f"{folder}/{method}",
                           "--force", "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    result = json.loads(done.stdout)
    with h5py.File(f"{folder}/{method}/run.h5", "r") as file:
        table = file["metrics/topology"]
        updates = [s for layer, s in zip(table["layer"][:], table["seconds"][:]) if layer == -1 and s > 0.0]
    training = result["steps"] / result["steps_per_second"]
    return statistics.median(updates), (training - sum(updates)) / result["steps"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--espalier", default=f"{root}/build/release/bin/espalier")
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print("| method | update ms | step ms | steps an update |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for method in ("set", "rigl"):
            runs = [measure(options.espalier, folder, method) for _ in range(options.repeats)]
            steps = statistics.median(update / step for update, step in runs)
            update, step = (1000.0 * statistics.median(column) for column in zip(*runs))
            print(f"| {method} | {update:.0f} | {step:.1f} | {steps:.1f} |")


if __name__ == "__main__":
    main()
