#!/usr/bin/python3
"""Dormant neurons of SET and of NeurRev's rules, as a reconstruction: the table of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import csv
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

VARIANTS = ["set", "change", "activity", "shrunk", "fallen"]


def dormant(folder):
    """Shares of dormant neurons before the first and behind the last update."""
    with open(f"{folder}/log.csv", encoding="utf-8", newline="") as log:
        updates = [row for row in csv.DictReader(log) if row["dormant_after"]]
    return float(updates[0]["dormant_before"]), float(updates[-1]["dormant_after"])


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml")
    rows = c.collect(chosen, "sparsity.density", "sparsity.update_every")
    found = c.groups(rows, "sparsity.density", "sparsity.update_every", "name")
    lines = []
    for density in [0.05, 0.1]:
        for every in ["20it", "100it"]:
            for name in VARIANTS:
                runs = c.finished(found[density, every, name])
                shares = [dormant(os.path.join(chosen.out, run["folder"])) for run in runs]
                lines.append([density, every, name, c.percent([first for first, _ in shares]),
                              c.percent([last for _, last in shares]), c.accuracy(runs)])
    c.print_table(["density", "updates", "run", "dormant at first %", "at the end %", "test %"], lines)


if __name__ == "__main__":
    main()
