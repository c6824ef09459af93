#!/usr/bin/python3
"""What training.blocks gains: time of a training step by blocks and threads, beside one thread in one run.

usage: blocks.py PROGRAM [--width N | --model KIND] [--densities D,D] [--blocks B,B] [--threads T,T] [--dataset NAME] [--epochs N] [--rounds N]

PROGRAM is `espalier`. Networks have three hidden layers of N neurons (1024) or are of a kind of model, batches have 128 samples,
the method is static. In each round every pair of blocks and threads trains once, in an order that turns from round to round, so
that what a loaded machine does to one it does to all. Printed are medians of milliseconds a step and of the rounds' ratios to one block on one thread, above 1 where
it is faster, with their range. Two threads at one block are what kernels themselves share.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile


def milliseconds_a_step(program, folder, asked, density, blocks, threads):
    model = f"model.kind={asked.model}" if asked.model else f"model.hidden=[{asked.width}, {asked.width}, {asked.width}]"
    settings = [f"data.dataset={asked.dataset}", model, "sparsity.method=static", f"sparsity.density={density}",
                f"training.epochs={asked.epochs}", "training.batch_size=128", f"training.blocks={blocks}", "snapshots.every=0ep"]
    command = [program, "run", str(folder / "base.toml"), "--out", str(folder / "run"), "--force", "--json", "--threads", str(threads)]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return 1000.0 / json.loads(done.stdout)["steps_per_second"]


def measure(program, folder, asked, density, pairs):
    """Milliseconds of each pair in each round."""
    times = {pair: [] for pair in pairs}
    for turn in range(asked.rounds):
        for k in range(len(pairs)):
            blocks, threads = pairs[(k + turn) % len(pairs)]
            times[blocks, threads].append(milliseconds_a_step(program, folder, asked, density, blocks, threads))
    return times


def print_table(density, network, times):
    first = times[1, 1]
    print(f"{network}, density {density}\n")
    print("| blocks | threads | ms a step | times faster than one block on one thread |")
    print("| --- | --- | --- | --- |")
    for (blocks, threads), found in times.items():
        ratios = [one / own for one, own in zip(first, found)]
        print(f"| {blocks} | {threads} | {statistics.median(found):.3f} | {statistics.median(ratios):.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f}) |")
    print(flush=True)


def numbers(kind):
    return lambda text: [kind(part) for part in text.split(",")]


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--model")
    parser.add_argument("--densities", type=numbers(float), default=[0.05, 0.01])
    parser.add_argument("--blocks", type=numbers(int), default=[1, 2, 4, 8])
    parser.add_argument("--threads", type=numbers(int), default=[1, 2])
    parser.add_argument("--dataset", default="fashion-mnist")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    pairs = [(1, 1)] + [(b, t) for b in asked.blocks for t in asked.threads if (b, t) != (1, 1)]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "base.toml").write_text("", encoding="utf-8")
        for density in asked.densities:
            print_table(density, asked.model or f"width {asked.width}", measure(asked.program, folder, asked, density, pairs))


if __name__ == "__main__":
    main()
