#!/usr/bin/python3
"""Measures how peak memory grows with the kept weights: the slope in README.md, 24 bytes per weight or less.

usage: memory.py [--espalier PROGRAM] [--threads N]

Trains 64-100000-100000-100000-10 on the digits by SET for two epochs of 12 steps, one topology update between them, at
several densities. Activations, program and data are the same in all, so what differs is the weights.
"""
import argparse
import json
import subprocess
import sys
import tempfile

CONFIG = """
name = "memory"
[data]
dataset = "digits"
[model]
hidden = [100000, 100000, 100000]
[sparsity]
method = "set"
exploration = false
[optimizer]
learning_rate = 1e-4
[training]
epochs = 2
batch_size = 128
[snapshots]
every = "0ep"
weights = false
"""


def call(arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--espalier", default="build/release/bin/espalier")
    parser.add_argument("--threads", default="1")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = f"{folder}/memory.toml"
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        before = None
        print("| epsilon | kept weights | peak memory | more bytes a further weight |\n| --- | --- | --- | --- |")
        for epsilon in (2, 10, 20, 40):
            setting = ["--set", f"sparsity.epsilon={epsilon}"]
            kept = call([options.espalier, "inspect", config, *setting, "--json"])["kept"]
            peak = call([options.espalier, "run", config, *setting, "--threads", options.threads, "--force", "--json",
                         "--out", f"{folder}/run"])["peak_rss_bytes"]
            slope = "" if before is None else f"{(peak - before[1]) / (kept - before[0]):.2f}"
            print(f"| {epsilon} | {kept} | {peak / 1e6:.0f} MB | {slope} |", flush=True)
            before = (kept, peak)


main()
