#!/usr/bin/python3
"""GraNet in both forms beside gradual pruning, RigL, SET and a fixed mask: the table of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

DENSITIES = [0.1, 0.05, 0.02]


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml", "dense.toml")
    found = c.groups(c.collect(chosen, "sparsity.density"), "name", "sparsity.density")
    lines = []
    for name in ["granet-dense", "granet", "gmp", "rigl", "set", "static"]:
        line = [name]
        for density in DENSITIES:
            runs = found[name, density]
            line += [c.accuracy(runs), f"{c.mean(runs, 'training_flops_ratio'):.3f}"]
        lines.append(line)
    dense = c.accuracy(found["dense", 1.0])
    lines.append(["dense"] + [dense, "1"] * len(DENSITIES))
    head = [""]
    for density in DENSITIES:
        head += [f"test %, density {density}", "training FLOPs"]
    c.print_table(head, lines)


if __name__ == "__main__":
    main()
