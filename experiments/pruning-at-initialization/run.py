#!/usr/bin/python3
"""Accuracy of initial masks, and which graph metric goes with it: the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]

Every metric of `espalier metrics` that is not costly is taken of the network before its first step. correlations.csv in the
folder of the runs has all of them, README.md the strongest.
"""
import csv
import os
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

DENSITIES = [0.1, 0.05, 0.02, 0.01]
SCALES = ["dense_then_mask", "sparse_aware"]
NAMES = ["uniform", "er", "erk", "snip_ratio", "biregular", "ramanujan", "npb", "phew", "snip", "grasp", "synflow", "magnitude"]


def correlations(rows):
    """Metric -> rank correlation with accuracy over the inits' means, one a density.

    er is erk in a perceptron; global magnitude empties a layer here, so that there is no network to measure."""
    found = {}
    for density in DENSITIES:
        points = [runs for (name, d), runs in c.groups(rows, "name", "sparsity.density").items() if d == density and name not in ("er", "magnitude")]
        for metric in {key for runs in points for row in runs for key in row["metrics"]}:
            if not all(metric in row["metrics"] for runs in points for row in runs):
                continue
            values = [statistics.mean(row["metrics"][metric] for row in c.finished(runs)) for runs in points]
            rho = c.rank_correlation(values, [c.mean(runs, "test_accuracy") for runs in points])
            if rho is not None:
                found.setdefault(metric, {})[density] = rho
    return found


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml")
    rows = c.collect(chosen, "sparsity.density", "model.fan_in")
    c.measure_starts(chosen, rows)
    found = c.groups(rows, "model.fan_in", "name", "sparsity.density")
    every = {}
    for scale in SCALES:
        print(f"Test %, model.fan_in = {scale}:\n")
        lines = [[name] + [c.accuracy(found[scale, name, d]) for d in DENSITIES] for name in NAMES]
        c.print_table([""] + [f"density {d}" for d in DENSITIES], lines)
        every[scale] = correlations([row for row in rows if row["model.fan_in"] == scale])
    metrics = sorted(set(every[SCALES[0]]) & set(every[SCALES[1]]))

    def total(metric):
        return statistics.mean(every[s][metric][d] for s in SCALES for d in DENSITIES if d in every[s][metric])

    def cells(metric, form):
        return [form.format(every[s][metric][d]) if d in every[s][metric] else "-" for s in SCALES for d in DENSITIES]

    with open(f"{chosen.out}/correlations.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["metric"] + [f"{s} {d}" for s in SCALES for d in DENSITIES] + ["mean"])
        for metric in metrics:
            writer.writerow([metric] + cells(metric, "{:.6f}") + [f"{total(metric):.6f}"])
    print("Rank correlation of metric and accuracy over ten inits (means of three seeds), by density; the 16 whose mean is\n"
          "farthest from 0, and those that papers propose:\n")
    proposed = ["imdb.delta_r", "imdb.delta_s", "ramanujan_gap.gap", "ramanujan_gap.normalized", "delta_s.gap", "weighted_gap.gap",
                "weighted_gap", "imsg", "effective.nodes", "effective.log10_paths", "copeland", "compatibility", "channel_overlap"]
    everywhere = [m for m in metrics if all(len(every[s][m]) == len(DENSITIES) for s in SCALES)]
    shown = sorted(everywhere, key=lambda m: -abs(total(m)))[:16]
    shown += [metric for metric in proposed if metric in metrics and metric not in shown]
    lines = [[metric] + cells(metric, "{:+.2f}") + [f"{total(metric):+.2f}"] for metric in shown]
    c.print_table(["metric"] + [f"{'as published' if s == SCALES[0] else 'rescaled'} {d}" for s in SCALES for d in DENSITIES] + ["mean"],
                  lines)


if __name__ == "__main__":
    main()
