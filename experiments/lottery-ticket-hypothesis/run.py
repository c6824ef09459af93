#!/usr/bin/python3
"""Winning tickets beside their masks with new weights and beside shuffled masks: the table of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import json
import os
import statistics
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402


def find(chosen):
    """One dictionary a run, as `espalier tickets find --json` has them."""
    command = [chosen.espalier, "tickets", "find", f"{chosen.here}/lottery.toml", "--out", chosen.out, "--json"]
    if chosen.jobs:
        command += ["--jobs", str(chosen.jobs)]
    return json.loads(c.call(command))["runs"]


def spread(values, digits):
    return f"{statistics.mean(values):.{digits}f} ± {statistics.stdev(values):.{digits}f}"


def cells(runs):
    """Accuracy of the last step and at early stopping (lowest validation loss), and the step of that."""
    if not runs:
        return ["", "", ""]
    return [spread([100 * run["test_accuracy"] for run in runs], 2),
            spread([100 * run["early_stop"]["test_accuracy"] for run in runs], 2),
            spread([run["early_stop"]["step"] for run in runs], 0)]


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    runs = find(chosen)
    lines = []
    for level in range(1 + max(run["level"] for run in runs)):
        of_level = [run for run in runs if run["level"] == level]
        line = [level, f"{100 * of_level[0]['density']:.1f} %"]
        for control in [None, "random_reinit", "random_mask"]:
            line += cells([run for run in of_level if run["control"] == control])
        lines.append(line)
    head = ["level", "kept"]
    for name in ["ticket", "new weights", "shuffled mask"]:
        head += [f"{name}: test %", "early stop: test %", "at step"]
    c.print_table(head, lines)


if __name__ == "__main__":
    main()
