#!/usr/bin/python3
"""Dynamic sparse training beside the dense network on CIFAR-10, in accuracy and in time: the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N] [--goals 50,55,60]

Seconds to an accuracy are the epochs to it times the seconds of an epoch. Those are taken from runs of two epochs with one
thread, one after the other, in FOLDER/MODEL-times: runs side by side share memory and caches. Leave the machine alone then.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

METHODS = ["static", "set", "rigl", "granet", "chase"]
DENSITIES = [0.1, 0.05]
BATCHES = 352  # of 128 among 45 000 training samples


def seconds_an_epoch(chosen, model, run):
    """Of the training alone: no evaluation, no files."""
    name = os.path.basename(run)
    out = f"{chosen.out}/{model}-times/{name}"
    if not os.path.exists(f"{out}/run.h5"):
        c.call([chosen.espalier, "run", f"{run}/run.toml", "--out", out, "--threads", "1", "--set", "training.epochs=2", "--force",
                "--progress", "none"])
    return BATCHES / c.collect(chosen, folder=out)[0]["steps_per_second"]


def epochs_to(evaluations, goal):
    """The first epoch after which the validation accuracy is at least `goal` per cent; None where it never is."""
    reached = [row["epoch"] for row in evaluations if 100.0 * row["validation_accuracy"] >= goal]
    return min(reached) if reached else None


def of_model(chosen, model, goals):
    folder = f"{chosen.out}/{model}"
    c.sweep(chosen, f"{model}-dense.toml", f"{model}.toml", out=folder)
    found = c.groups(c.collect(chosen, "sparsity.density", folder=folder), "name", "sparsity.density")
    evaluations = c.groups(c.collect(chosen, folder=folder, epochs=True), "folder")
    dense_seconds = None
    lines = []
    for name, density in [("dense", 1.0)] + [(m, d) for d in DENSITIES for m in METHODS]:
        runs = found[name, density]
        seconds = seconds_an_epoch(chosen, model, runs[0]["folder"])
        dense_seconds = dense_seconds or seconds
        line = [name, f"{density:g}", c.accuracy(runs), f"{c.mean(runs, 'training_flops_ratio'):.2f}", f"{seconds:.1f}",
                f"{dense_seconds / seconds:.2f}"]
        for goal in goals:
            epochs = [epochs_to(evaluations[run["folder"],], goal) for run in runs]
            line.append("-" if None in epochs else f"{sum(epochs) / len(epochs) * seconds:.0f} s")
        lines.append(line)
    print(f"{model}:\n")
    c.print_table(["", "density", "test %", "training FLOPs of dense", "s an epoch", "times faster"] + [f"to {g:g} %" for g in goals], lines)


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__, goals="50,55,60")
    of_model(chosen, "resnet", [float(g) for g in chosen.goals.split(",")])


if __name__ == "__main__":
    main()
