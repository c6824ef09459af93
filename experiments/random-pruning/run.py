#!/usr/bin/python3
"""Random masks in ever wider networks, beside the dense ones: the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402


def width(row):
    return json.loads(row["model.hidden"])[0]


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml", "dense.toml")
    rows = c.collect(chosen, "model.hidden", "sparsity.density")
    for row in rows:
        row["width"] = width(row)
    found = c.groups(rows, "name", "sparsity.density", "width")
    widths = sorted({row["width"] for row in rows})
    for density in (0.2, 0.05):
        print(f"Density {density}; in brackets the distance from the dense network of that width:\n")
        lines = [["dense"] + [c.accuracy(found["dense", 1.0, w]) for w in widths]]
        for name in ["er", "erk", "uniform", "snip_ratio"]:
            line = [name]
            for w in widths:
                gap = c.mean(found[name, density, w], "test_accuracy") - c.mean(found["dense", 1.0, w], "test_accuracy")
                line.append(f"{c.accuracy(found[name, density, w])} ({100 * gap:+.2f})")
            lines.append(line)
        c.print_table(["width"] + [str(w) for w in widths], lines)


if __name__ == "__main__":
    main()
