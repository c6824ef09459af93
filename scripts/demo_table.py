#!/usr/bin/python3
"""Prints the table at the end of scripts/demo.

usage: demo_table.py ESPALIER FOLDER      FOLDER holds <run>.json and <run>/run.h5 of each run
"""
import json
import subprocess
import sys

RUNS = ["dense", "set-s0", "set-s1", "rigl-s0", "rigl-s1"]


def nnstd(espalier, first, second):
    """Mean NNSTD over the layers of two topologies."""
    command = [espalier, "distance", first, second, "--metric", "nnstd", "--json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return json.loads(answer)[0]["mean"][0][1]


def row(espalier, folder, name, dense):
    with open(f"{folder}/{name}.json", encoding="utf-8") as file:
        run = json.load(file)
    path = f"{folder}/{name}/run.h5"
    method = name.split("-")[0]
    moved = between = "-"
    if method != "dense":
        moved = f"{nnstd(espalier, path + '@first', path):.3f}"
        between = f"{nnstd(espalier, f'{folder}/{method}-s0/run.h5', f'{folder}/{method}-s1/run.h5'):.3f}"
    accuracy = 100 * run["test_accuracy"]
    return [
        name,
        f"{accuracy:.2f}",
        f"{accuracy - 100 * dense['test_accuracy']:+.2f}",
        f"{100 * run['density']:.1f}",
        f"{100 * run['exploration_rate']:.1f}",
        f"{run['seconds']:.1f}",
        f"{run['peak_rss_bytes'] / 2**20:.0f}",
        moved,
        between,
    ]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    espalier, folder = sys.argv[1:]
    with open(f"{folder}/dense.json", encoding="utf-8") as file:
        dense = json.load(file)
    header = ["run", "test %", "vs dense", "density %", "R_s %", "seconds", "peak MiB", "NNSTD start-end", "NNSTD seeds"]
    table = [header] + [row(espalier, folder, name, dense) for name in RUNS]
    widths = [max(len(line[column]) for line in table) for column in range(len(header))]
    print()
    for line in table:
        print("  ".join([line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]))
    print(f"""
R_s: share of all positions that were ever in use. NNSTD: topology distance, 0 equal, 1 nothing in common;
start-end is how far a run's topology moved, seeds how far the two seeds' final topologies are apart.

Try next:
  {espalier} inspect {folder}/set-s0/run.h5
  {espalier} metrics {folder}/set-s0/run.h5@first {folder}/set-s0/run.h5 --metric degree,connected_components
  {espalier} distance {folder}/*/run.h5 --metric nnstd,jaccard
  {espalier} run experiments/demo/fashion-mnist.toml --set sparsity.density=0.01 --out runs/one-percent
  {espalier} run --print-defaults""")


main()
