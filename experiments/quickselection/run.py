#!/usr/bin/python3
"""Trains the auto-encoders of this experiment, selects features and prints the table of README.md.

usage: run.py [--espalier PROGRAM] [--out FOLDER] [--seeds N] [--jobs N]

MNIST must be where `espalier datasets` finds it. Finished runs are kept, interrupted ones resumed. Three minutes a seed on one
core. Extra trees need scikit-learn (Debian: python3-sklearn) and are left out without it.
"""
import argparse
import concurrent.futures
import gzip
import json
import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from collected import call  # noqa: E402

STEPS_PER_EPOCH = 600
KEEP = 50
# Name, settings, and the epochs after which features are selected.
VARIANTS = {
    "channel": ([], [10, 50, 100]),
    "feature": (["--set", "data.standardise=feature", "--set", "training.epochs=10"], [10]),
}


def train(options, variant, seed):
    folder = f"{options.out}/{variant}-s{seed}"
    command = [options.espalier, "run", f"{HERE}/autoencoder.toml", "--set", f"seed={seed}", *VARIANTS[variant][0],
               "--out", folder, "--threads", "1", "--json"]
    if os.path.exists(f"{folder}/run.h5"):
        command.append("--resume")
    return json.loads(call(command))


def judge(options, variant, seed, epoch):
    """Test accuracies of the program's own classifier, and the selected features."""
    topology = f"{options.out}/{variant}-s{seed}/run.h5@{epoch * STEPS_PER_EPOCH}"
    answer = json.loads(call([options.espalier, "features", topology, "--keep", str(KEEP), "--evaluate",
                              "--seed", str(seed), "--threads", "1", "--json"]))
    judged = answer["evaluation"]
    accuracies = [judged[f"{which}_accuracy"] for which in ("selected", "random", "all")]
    return accuracies, [entry["feature"] for entry in answer["features"]]


def mnist(options):
    """Images [n, 784] and labels of both sets."""
    import numpy

    place = next(d["place"] for d in json.loads(call([options.espalier, "datasets", "--json"])) if d["name"] == "mnist")

    def read(name):
        path = f"{place}/{name}"
        with gzip.open(f"{path}.gz") if os.path.exists(f"{path}.gz") else open(path, "rb") as file:
            content = file.read()
        sides = [int.from_bytes(content[4 + 4 * k:8 + 4 * k], "big") for k in range(content[3])]
        return numpy.frombuffer(content, numpy.uint8, offset=4 + 4 * len(sides)).reshape(sides[0], -1)

    return [(read(f"{part}-images-idx3-ubyte"), read(f"{part}-labels-idx1-ubyte").ravel()) for part in ("train", "t10k")]


class ExtraTrees:
    """The paper's judge: 50 extremely randomised trees."""

    def __init__(self, options):
        from sklearn.ensemble import ExtraTreesClassifier

        self.make = ExtraTreesClassifier
        self.train, self.test = mnist(options)

    def accuracy(self, features, seed):
        trees = self.make(n_estimators=50, n_jobs=1, random_state=seed)
        trees.fit(self.train[0][:, features], self.train[1])
        return trees.score(self.test[0][:, features], self.test[1])

    def random_features(self, seed):
        import numpy

        return numpy.random.default_rng(seed).choice(784, KEEP, replace=False)


def extra_trees(options):
    try:
        return ExtraTrees(options)
    except ImportError as error:
        print(f"no extra trees: {error} (Debian: python3-sklearn)\n")
        return None


def spread(values):
    return f"{100 * statistics.mean(values):.2f} ± {100 * statistics.pstdev(values):.2f}"


def print_row(name, networks, trees):
    print(f"| {name} | {spread(networks)} | {spread(trees) if trees else '-'} |")


def print_table(options, seeds, trees):
    print("| features | 300 hidden neurons, test % | extra trees, test % |\n| --- | --- | --- |")
    baselines = None
    for variant, (_, epochs) in VARIANTS.items():
        for epoch in epochs:
            judged = [judge(options, variant, seed, epoch) for seed in seeds]
            by_trees = [trees.accuracy(features, seed) for seed, (_, features) in zip(seeds, judged)] if trees else []
            print_row(f"{KEEP} selected, standardised by {variant}, after {epoch} epochs",
                      [accuracies[0] for accuracies, _ in judged], by_trees)
            baselines = baselines or [accuracies for accuracies, _ in judged]
    by_trees = [trees.accuracy(trees.random_features(seed), seed) for seed in seeds] if trees else []
    print_row(f"{KEEP} random", [accuracies[1] for accuracies in baselines], by_trees)
    by_trees = [trees.accuracy(range(784), seed) for seed in seeds] if trees else []
    print_row("all 784", [accuracies[2] for accuracies in baselines], by_trees)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--espalier", default="build/release/bin/espalier")
    parser.add_argument("--out", default="runs/quickselection")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    seeds = range(options.seeds)
    work = [(variant, seed) for seed in seeds for variant in VARIANTS]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda item: train(options, *item), work))
    print_table(options, seeds, extra_trees(options))
    for variant in VARIANTS:
        runs = [result for (name, _), result in zip(work, results) if name == variant]
        print(f"\nstandardised by {variant}: test loss {statistics.mean(r['test_loss'] for r in runs):.4f}, density "
              f"{100 * runs[0]['density']:.2f} %, {statistics.mean(r['seconds'] for r in runs):.0f} s a run on one core, "
              f"{max(r['peak_rss_bytes'] for r in runs) / 2**20:.0f} MiB at most", end="")
    print()


main()
