#!/usr/bin/python3
"""Accuracy beside the exploration rate, as the update interval and the epochs vary: the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

INTERVALS = [1600, 400, 100, 25]


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml", "dense.toml")
    rows = c.collect(chosen, "sparsity.density", "training.epochs")
    found = c.groups(rows, "name", "sparsity.density", "training.epochs")
    for density in (0.05, 0.02):
        print(f"Density {density}:\n")
        lines = []
        for name in ["static"] + [f"{method}-{interval}" for method in ("set", "rigl") for interval in INTERVALS]:
            line = [name]
            for epochs in (20, 60):
                runs = found[name, density, epochs]
                line += [f"{c.mean(runs, 'exploration_rate'):.3f}", c.accuracy(runs)]
            lines.append(line)
        dense = [c.accuracy(found["dense", 1.0, epochs]) for epochs in (20, 60)]
        lines.append(["dense", "1", dense[0], "1", dense[1]])
        c.print_table(["", "R_s, 20 epochs", "test %", "R_s, 60 epochs", "test %"], lines)
    print("Rank correlation of R_s and test accuracy over all runs of a method, density and length (static among them):\n")
    lines = []
    for method in ("set", "rigl"):
        for density in (0.05, 0.02):
            for epochs in (20, 60):
                runs = [row for row in rows if (row["name"] == "static" or row["name"].startswith(method + "-"))
                        and row["sparsity.density"] == density and row["training.epochs"] == epochs]
                lines.append([method, density, epochs] + [
                    f"{c.rank_correlation([r['exploration_rate'] for r in part], [r['test_accuracy'] for r in part]):.2f}"
                    for part in (runs, [r for r in runs if not r["name"].endswith("-25")])])
    c.print_table(["", "density", "epochs", "all", "without updates every 25 steps"], lines)


if __name__ == "__main__":
    main()
