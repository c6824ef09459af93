#!/usr/bin/python3
"""Cheap tickets within a run, superposed and voting: the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import os
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

HOSTS = ["set", "rigl", "granet"]
DENSITIES = [0.1, 0.05, 0.02]
SEEDS = [0, 1, 2]
VARIANTS = {  # of the superposition
    "as the program": [],
    "pruned at the end": ["--prune", "end"],
    "without the pretrained": ["--without-pretrained"],
    "both": ["--prune", "end", "--without-pretrained"],
    "cima": ["--average", "cima"],
    "caa_true": ["--average", "caa_true"],
}


def folder(chosen, name, density, seed):
    return f"{chosen.out}/{name}-density{density}-s{seed}"


def superposed(chosen, run, variant):
    stem = run + "/superposed-" + variant.replace(" ", "-")
    return c.kept_answer(stem + ".json", [run], chosen, "tickets", "superpose", run, "--method", "sup_tickets", "--out",
                         stem + ".h5", "--force", *VARIANTS[variant])


def ensemble(chosen, file, *tickets):
    return c.kept_answer(file, tickets, chosen, "tickets", "ensemble", *tickets)


def gain(values):
    """In points, with the mean's standard error."""
    error = statistics.stdev(values) / len(values) ** 0.5
    return f"{100 * statistics.mean(values):+.2f} ± {100 * error:.2f}"


def runs_of(chosen, name, density):
    return [folder(chosen, name, density, seed) for seed in SEEDS]


def superposition_row(chosen, plain, name, density):
    """A run that ends in cycles beside the plain run of the same host, budget and seed."""
    runs = runs_of(chosen, name, density)
    made = [superposed(chosen, run, "as the program") for run in runs]
    # The same tickets vote: the pretrained network and those of the cycles.
    votes = [ensemble(chosen, run + "/ensemble.json", *[member["label"] for member in found["members"]])
             for run, found in zip(runs, made)]
    last = [found["members"][-1]["test_accuracy"] for found in made]
    result = [found["test_accuracy"] for found in made]
    return [c.percent(plain), c.percent([found["mean_member_test_accuracy"] for found in made]), c.percent(last),
            c.percent([found["best_member_test_accuracy"] for found in made]), c.percent(result),
            c.percent([vote["test_accuracy"] for vote in votes]), gain([a - b for a, b in zip(result, last)]),
            gain([a - b for a, b in zip(result, plain)])]


def superposition_tables(chosen, plain):
    head = ["host, density", "plain run", "mean member", "last ticket", "best member", "superposed", "ensemble",
            "superposed − last", "superposed − plain"]
    for title, kind, length, hosts in [
            ("The published schedule, 250 epochs", "sup-250", "-250", HOSTS),
            ("60 epochs: cycles behind an exchange of half the weights", "sup", "", HOSTS),
            ("The same cycles without the exchange", "cycles", "", ["set", "rigl"]),
            ("With ten times the rate in the middle of a cycle", "fast", "", ["set", "rigl"])]:
        print(title + ":\n")
        c.print_table(head, [[f"{host}, {density}"] + superposition_row(chosen, plain[host + length, density],
                                                                        f"{host}-{kind}", density)
                             for host in hosts for density in DENSITIES])
    print("Ways to average the same tickets, test % (gains over the program's way, paired by run):\n")
    lines = []
    for host in HOSTS:
        for density in DENSITIES:
            runs = runs_of(chosen, f"{host}-sup", density)
            base = [superposed(chosen, run, "as the program")["test_accuracy"] for run in runs]
            line = [f"{host}, {density}", c.percent(base)]
            for variant in list(VARIANTS)[1:]:
                other = [superposed(chosen, run, variant)["test_accuracy"] for run in runs]
                line.append(gain([a - b for a, b in zip(other, base)]))
            lines.append(line)
    c.print_table(["host, density"] + list(VARIANTS), lines)


def mean_of(votes, key):
    return statistics.mean(vote[key] for vote in votes)


def members_mean(votes, key):
    return statistics.mean(member[key] for vote in votes for member in vote["members"])


def vote_row(label, votes, plain):
    accuracy = [vote["test_accuracy"] for vote in votes]
    mean_member = [vote["mean_member_test_accuracy"] for vote in votes]
    return [label, c.percent(plain), c.percent(mean_member), c.percent(accuracy),
            f"{100 * (statistics.mean(accuracy) - statistics.mean(mean_member)):+.2f}",
            f"{members_mean(votes, 'test_loss'):.3f}", f"{mean_of(votes, 'test_loss'):.3f}",
            f"{members_mean(votes, 'test_calibration_error'):.3f}", f"{mean_of(votes, 'test_calibration_error'):.3f}",
            f"{mean_of(votes, 'disagreement'):.3f}", f"{mean_of(votes, 'divergence'):.3f}",
            f"{mean_of(votes, 'mask_iou'):.2f}"]


def ensemble_table(chosen, plain):
    lines = []
    for host in ["set", "rigl"]:
        for density in DENSITIES:
            votes = [ensemble(chosen, run + "/ensemble.json", run + "@tickets")
                     for run in runs_of(chosen, f"{host}-edst", density)]
            lines.append(vote_row(f"EDST, {host}, {density}", votes, plain[host, density]))
            independent = ensemble(chosen, f"{chosen.out}/independent-{host}-{density}.json",
                                   *runs_of(chosen, host, density))
            lines.append(vote_row(f"3 runs, {host}, {density}", [independent], plain[host, density]))
    print("Voting: EDST's three tickets of one run, and three runs of three seeds (three times the training):\n")
    c.print_table(["", "plain run", "mean member", "ensemble", "gain", "NLL members", "NLL", "ECE members", "ECE",
                   "disagreement", "KL", "IoU of masks"], lines)


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml", "published.toml")
    rows = c.groups(c.collect(chosen, "sparsity.density"), "name", "sparsity.density")
    plain = {(host, density): [row["test_accuracy"] for row in sorted(rows[host, density], key=lambda row: row["seed"])]
             for host in [host + length for host in HOSTS for length in ["", "-250"]] for density in DENSITIES}
    superposition_tables(chosen, plain)
    ensemble_table(chosen, plain)


if __name__ == "__main__":
    main()
