#!/usr/bin/python3
"""Three runs into one ticket, with and without alignment of their hidden units: the tables of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--jobs N]
"""
import os
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import collected as c  # noqa: E402

DENSITIES = [0.5, 0.2, 0.1, 0.05, 0.02]
GROUPS = [(0, 1, 2), (3, 4, 5), (6, 7, 8)]
PARTING_STEP = 844  # two epochs of 422 steps
SIBLINGS = (100, 101, 102)
TUNINGS = {"tuned": (2, 0.01), "longer": (10, 0.02)}  # epochs, rate at their beginning

SUPERPOSITIONS = {
    "mean": ["--method", "uniform_soup"],
    "mean, aligned": ["--method", "uniform_soup", "--align"],
    "mean, by activations": ["--method", "uniform_soup", "--align", "--align-by", "activations"],
    "greedy soup": ["--method", "greedy_soup"],
    "greedy soup, aligned": ["--method", "greedy_soup", "--align"],
    "pools": ["--method", "lottery_pools"],
    "pools, aligned": ["--method", "lottery_pools", "--align"],
}


def cases():
    """(name, runs of three members each)."""
    for density in DENSITIES:
        yield f"independent, {density}", [[f"density{density}-s{s}" for s in group] for group in GROUPS]
    yield "independent, 0.05, 2048 wide", [[f"density0.05-hidden2048x2048-s{s}" for s in group] for group in GROUPS]
    for density in DENSITIES:
        yield f"siblings, {density}", [[f"siblings-{density}-{g}-s{s}" for s in SIBLINGS] for g in range(3)]


def made_sweep(chosen, name, lines):
    """Runs a sweep whose runs start from others, the paths of which are known only here."""
    path = os.path.abspath(f"{chosen.out}/{name}.toml")
    base = os.path.relpath(f"{chosen.here}/base.toml", chosen.out)
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'name = "{name}"\nbase = "{base}"\n' + "\n".join(lines) + "\n")
    c.sweep(chosen, path)


def train_siblings(chosen):
    """Three runs each from one state after two epochs; seeds give them their own order of samples and topology updates."""
    lines = [f"seeds = {list(SIBLINGS)}"]
    for density in DENSITIES:
        for parent in range(3):
            lines += ["", "[[variants]]", f'name = "siblings-{density}-{parent}"',
                      f'sparsity.init = "file:density{density}-s{parent}/run.h5@{PARTING_STEP}"',
                      "sparsity.init_weights = true", 'training.start = "2ep"']
    made_sweep(chosen, "siblings", lines)


def stem_of(chosen, case, number, name):
    stem = f"{chosen.out}/tickets/{case}-{number}-{name}".replace(", ", "-").replace(" ", "-")
    os.makedirs(os.path.dirname(stem), exist_ok=True)
    return stem


def told(chosen, case, number, members, command):
    """What `tickets ensemble` or `compare` says of a group."""
    return c.kept_answer(f"{stem_of(chosen, case, number, command)}.json", members, chosen, "tickets", command, *members)


def superpose(chosen, case, number, members, name):
    """The answer of `tickets superpose`; kept beside the ticket."""
    stem = stem_of(chosen, case, number, name)
    return c.kept_answer(f"{stem}.json", members, chosen, "tickets", "superpose", *members, *SUPERPOSITIONS[name], "--out",
                         f"{stem}.h5", "--force")


def fine_tune(chosen, found):
    """More epochs on a cosine down from a small rate: of the best member, and of what was made of all three."""
    for sweep, (epochs, rate) in TUNINGS.items():
        lines = ["seeds = [0]"]
        for case, groups in found.items():
            for number, group in enumerate(groups):
                starts = {"best": f"{group['mean']['best_member']}/run.h5", "plain": group["mean"]["out"],
                          "aligned": group["mean, aligned"]["out"]}
                for name, file in starts.items():
                    lines += ["", "[[variants]]", f'name = "{tuned_name(sweep, case, number, name)}"',
                              f'sparsity.init = "file:{os.path.relpath(file, chosen.out)}"', "sparsity.init_weights = true",
                              'sparsity.method = "static"', f"training.epochs = {epochs}", f"optimizer.learning_rate = {rate}"]
                    if "wide" in case:
                        lines.append("model.hidden = [2048, 2048]")
        made_sweep(chosen, sweep, lines)


def tuned_name(sweep, case, number, name):
    return f"{sweep}-{case}-{number}-{name}".replace(", ", "-").replace(" ", "-")


def main():
    chosen = c.options(os.path.dirname(os.path.abspath(__file__)), __doc__)
    c.sweep(chosen, "sweep.toml", "wide.toml", "long.toml")
    train_siblings(chosen)
    found, ensembles, barriers = {}, {}, {}
    for case, groups in cases():
        runs = [[f"{chosen.out}/{run}" for run in group] for group in groups]
        found[case] = [{name: superpose(chosen, case, number, members, name) for name in SUPERPOSITIONS}
                       for number, members in enumerate(runs)]
        ensembles[case] = [told(chosen, case, number, members, "ensemble") for number, members in enumerate(runs)]
        barriers[case] = [pair for number, members in enumerate(runs)
                          for pair in told(chosen, case, number, members, "compare")["pairs"]]
    fine_tune(chosen, found)
    rows = c.collect(chosen, "sparsity.density")
    by_name = c.groups(rows, "name")
    long = c.groups([row for row in rows if row["name"] == "long"], "sparsity.density")

    lines = []
    for case, groups in found.items():
        line = [case, c.percent([g["mean"]["mean_member_test_accuracy"] for g in groups]),
                c.percent([g["mean"]["best_member_test_accuracy"] for g in groups])]
        line += [c.percent([g[name]["test_accuracy"] for g in groups]) for name in SUPERPOSITIONS]
        lines.append(line + [c.percent([e["test_accuracy"] for e in ensembles[case]])])
    c.print_table(["", "mean member", "best member", *SUPERPOSITIONS, "ensemble"], lines)

    lines = []
    for case, pairs in barriers.items():
        def mean(key, inner=None):
            return f"{statistics.mean((pair[inner] if inner else pair)[key] for pair in pairs):.3f}"
        lines.append([case, mean("nnstd"), mean("iou"), mean("iou", "aligned"), mean("cosine"), mean("cosine", "aligned"),
                      mean("accuracy_barrier"), mean("accuracy_barrier", "aligned"), mean("loss_barrier"),
                      mean("loss_barrier", "aligned")])
    c.print_table(["", "NNSTD", "IoU", "aligned", "cosine", "aligned", "accuracy barrier", "aligned", "loss barrier",
                   "aligned"], lines)

    lines = []
    for case in found:
        line = [case]
        for sweep in TUNINGS:
            for name in ["best", "plain", "aligned"]:
                line.append(c.accuracy([run for number in range(len(GROUPS))
                                        for run in by_name[(tuned_name(sweep, case, number, name),)]]))
        density = float(case.split(", ")[1])
        lines.append(line + [c.accuracy(long[(density,)]) if case == f"independent, {density}" else ""])
    c.print_table(["more epochs", "2: best member", "mean", "mean, aligned", "10: best member", "mean", "mean, aligned",
                   "one run of 60"], lines)


if __name__ == "__main__":
    main()
