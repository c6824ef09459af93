#!/usr/bin/python3
"""Prints the table at the end of scripts/demo, and puts it into a README.

usage: demo_table.py ESPALIER FOLDER [--readme FILE]

FOLDER holds <run>.json and <run>/run.h5 of each run. FILE has the lines '<!-- demo table -->' and
'<!-- end of demo table -->'; what stands between them is replaced.
"""
import argparse
import json
import subprocess
import sys

RUNS = ["dense", "set-s0", "set-s1", "rigl-s0", "rigl-s1"]
BEGIN, END = "<!-- demo table -->\n", "<!-- end of demo table -->\n"


def answer(espalier, *arguments):
    """What the program says as JSON."""
    command = [espalier, *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def nnstd(espalier, first, second):
    """Mean NNSTD over the layers of two topologies."""
    return answer(espalier, "distance", first, second, "--metric", "nnstd")[0]["mean"][0][1]


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


def table(espalier, folder):
    with open(f"{folder}/dense.json", encoding="utf-8") as file:
        dense = json.load(file)
    header = ["run", "test %", "vs dense", "density %", "R_s %", "seconds", "peak MiB", "NNSTD start-end", "NNSTD seeds"]
    lines = [header] + [row(espalier, folder, name, dense) for name in RUNS]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "".join(
        "  ".join([line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]) + "\n"
        for line in lines
    )


def conditions(espalier, folder):
    """When and with what the runs were made, from their files: (day, text)."""
    parts = [part for name in RUNS for part in answer(espalier, "inspect", f"{folder}/{name}/run.h5")["parts"]]

    def all_of(key):
        return " and ".join(sorted({str(part[key]) for part in parts}))

    day = max(part["created"] for part in parts)[:10]
    return day, f"instruction set {all_of('instruction_set')}, threads {all_of('threads')}, espalier {all_of('version')}"


def write_readme(readme, text, day, made_with):
    with open(readme, encoding="utf-8") as file:
        whole = file.read()
    if whole.count(BEGIN) != 1 or whole.count(END) != 1 or whole.index(BEGIN) > whole.index(END):
        sys.exit(f"demo_table.py: {readme}: wants the lines {BEGIN.strip()} and {END.strip()}, once each and in this order")
    before, rest = whole.split(BEGIN)
    behind = rest.split(END)[1]
    block = f"```\n{text}```\n\n{day}, {made_with}; on another instruction set the last digits differ.\n"
    with open(readme, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + block + END + behind)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("espalier")
    parser.add_argument("folder")
    parser.add_argument("--readme")
    options = parser.parse_args()
    espalier, folder = options.espalier, options.folder
    text = table(espalier, folder)
    day, made_with = conditions(espalier, folder)
    if options.readme:
        write_readme(options.readme, text, day, made_with)
    print(f"""
{text}
{made_with}
R_s: share of all positions that were ever in use. NNSTD: topology distance, 0 equal, 1 nothing in common;
start-end is how far a run's topology moved, seeds how far the two seeds' final topologies are apart.

Try next:
  {espalier} inspect {folder}/set-s0/run.h5
  {espalier} metrics {folder}/set-s0/run.h5@first {folder}/set-s0/run.h5 --metric degree,connected_components
  {espalier} distance {folder}/*/run.h5 --metric nnstd,jaccard
  {espalier} run experiments/demo/fashion-mnist.toml --set sparsity.density=0.01 --out runs/one-percent
  {espalier} run --print-defaults""")


main()
