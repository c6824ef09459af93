#!/usr/bin/python3
"""Tickets of one chain of iterative magnitude pruning into one: the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]

Each level's ticket is the snapshot of its run that was best on validation; level k's neighbours are its candidates.
"""
import json
import os
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

TARGETS = range(0, 11, 2)

# Table column -> method and options of `espalier tickets superpose`.
METHODS = {
    "pool, interpolation": ["lottery_pools"],
    "pool, average": ["lottery_pools", "--coefficients", "0.5"],
    "greedy soup": ["greedy_soup"],
    "swa": ["swa"],
    "ema": ["ema"],
}


def ticket(run, out):
    """The snapshot best on validation."""
    folder = run["folder"] if os.path.exists(run["folder"]) else os.path.join(out, run["folder"])
    return f"{folder}/run.h5@{run['best']['step']:09d}"


def superposed(chosen, tickets, target, method, name):
    """What a method makes of tickets, with one of them as the target."""
    file = f"{chosen.out}/pools/{name}-{'-'.join(method).replace('-', '')}.h5"
    return c.answer(chosen, "tickets", "superpose", *tickets, "--target", tickets[target], "--method", *method, "--out", file,
                    "--force")


def near(tickets, target, count=4):
    """A target and its nearest neighbours in the order in which a pool tries them: what soups, averages and the ensemble
    are made of."""
    order = sorted(range(len(tickets)), key=lambda k: (abs(k - target), k))[:count + 1]
    return [tickets[k] for k in order]


def row_of(chosen, seed, tickets, densities, target):
    """All numbers of one ticket: accuracies by column."""
    row = {"seed": seed, "level": target, "density": densities[target]}
    for column, method in METHODS.items():
        pools = method[0] == "lottery_pools"
        members = tickets if pools else near(tickets, target)
        found = superposed(chosen, members, target if pools else 0, method, f"s{seed}-{target:02d}")
        row[column] = found["test_accuracy"]
        if pools:
            row[column + " accepted"] = sum(1 for member in found["members"] if member["accepted"]) - 1
            row["single"] = found["members"][target]["test_accuracy"]
        else:
            row["mean member"] = found["mean_member_test_accuracy"]
            row["best member"] = found["best_member_test_accuracy"]
    row["ensemble"] = c.answer(chosen, "tickets", "ensemble", *near(tickets, target))["test_accuracy"]
    return row


def gain(rows, column):
    """Against the ticket itself, seed by seed."""
    return c.spread([100.0 * (row[column] - row["single"]) for row in rows], sign="+")


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    runs = [run for run in c.find(chosen) if run["control"] is None]
    os.makedirs(f"{chosen.out}/pools", exist_ok=True)
    rows = []
    for seed in sorted({run["seed"] for run in runs}):
        chain = sorted((run for run in runs if run["seed"] == seed), key=lambda run: run["level"])
        tickets = [ticket(run, chosen.out) for run in chain]
        densities = [run["density"] for run in chain]
        for target in TARGETS:
            rows.append(row_of(chosen, seed, tickets, densities, target))
            print(f"seed {seed}, level {target}", file=sys.stderr)
    with open(f"{chosen.out}/rows.json", "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
    by_level = c.groups(rows, "level")
    columns = ["single", "mean member", "best member", "swa", "ema", "greedy soup", "pool, average",
               "pool, interpolation", "ensemble"]
    print("Test accuracy in per cent, mean ± sample standard deviation over the seeds:\n")
    c.print_table(["level", "density"] + columns,
                  [[level, f"{found[0]['density']:.3f}"] + [c.percent([row[column] for row in found]) for column in columns]
                   for (level,), found in by_level.items()])
    print("Gain over the ticket itself, in points, and how many candidates interpolation took in:\n")
    gains = ["swa", "ema", "greedy soup", "pool, average", "pool, interpolation", "ensemble"]
    lines = [[level, f"{found[0]['density']:.3f}"] + [gain(found, column) for column in gains]
             + [f"{statistics.mean(row['pool, interpolation accepted'] for row in found):.1f}"] for (level,), found in by_level.items()]
    sparse = [row for row in rows if row["level"] > 0]
    lines.append(["all sparse", ""] + [gain(sparse, column) for column in gains]
                 + [f"{statistics.mean(row['pool, interpolation accepted'] for row in sparse):.1f}"])
    c.print_table(["level", "density"] + gains + ["accepted"], lines)


if __name__ == "__main__":
    main()
