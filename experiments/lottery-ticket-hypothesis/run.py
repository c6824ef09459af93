#!/usr/bin/python3
"""Winning tickets beside their masks with new weights and beside shuffled masks: the table of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402


def cells(runs):
    """Accuracy of the last step and at early stopping (lowest validation loss), and the step of that."""
    if not runs:
        return ["", "", ""]
    return [c.spread([100 * run["test_accuracy"] for run in runs], 2),
            c.spread([100 * run["early_stop"]["test_accuracy"] for run in runs], 2),
            c.spread([run["early_stop"]["step"] for run in runs], 0)]


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    runs = c.find(chosen)
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
