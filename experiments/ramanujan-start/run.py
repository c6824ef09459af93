#!/usr/bin/python3
"""Does a Ramanujan start help dynamic sparse training, at equal densities of layers? The table of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import os
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

METHODS = ["static", "set", "rigl"]
STARTS = ["erk", "biregular", "ramanujan"]


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml")
    rows = c.collect(chosen, "sparsity.method", "sparsity.init")
    for place, name in (("@first", "at the start"), ("", "at the end")):
        for row in rows:
            measured = c.kept_answer(f"{row['folder']}/gap{place}.json", [row["folder"]], chosen, "metrics",
                                     f"{row['folder']}/run.h5{place}", "--metric", "ramanujan_gap")
            row[name] = c.flat(measured[0]["network"])["ramanujan_gap.gap"]
    found = c.groups(rows, "sparsity.method", "sparsity.init")
    lines = []
    for method in METHODS:
        by_seed = {start: {row["seed"]: 100.0 * row["test_accuracy"] for row in found[method, start]} for start in STARTS}
        for start in STARTS:
            runs = found[method, start]
            gains = [by_seed[start][seed] - by_seed["erk"][seed] for seed in by_seed["erk"]]
            lines.append([method, start, c.accuracy(runs), "" if start == "erk" else c.spread(gains, 2, "+"),
                          *[f"{statistics.mean(row[name] for row in runs):.3f}" for name in ("at the start", "at the end")]])
    c.print_table(["method", "start", "test %", "over erk, by seed", "Ramanujan gap at the start", "at the end"], lines)


if __name__ == "__main__":
    main()
