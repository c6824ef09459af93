#!/usr/bin/python3
"""What ranks gain, and what they would gain on more machines than there are: step times by ranks, beside a model of them.

usage: scaling.py ESPALIER ESPALIER_MPI [--width N] [--density D] [--dataset NAME] [--batch N] [--blocks B] [--ranks R,R]
                  [--delay 200us,1GB/s] [--nodes N] [--rounds N] [--epochs N]

The network has three hidden layers of N neurons (1024), method static; every rank and process has one thread. The model is

    t(R) = c(batch / R) * max(1, R / cores) + messages(R) * latency + bytes(R) / bandwidth

with c(n) the step of one process on n samples, R ranks' counted messages and bytes of a step (`run --json`), and what passes
between ranks. In each round everything is measured once, in an order that turns from round to round; tables have medians, and
of ratios the medians of rounds with their range.

Table 1: one process and R ranks as they are here. Table 2: the same with messages delayed (ESPALIER_MPI_DELAY), beside the
time without a delay plus what the model says the messages cost. Table 3: the model for N nodes with two networks of today.
"""
import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "MB/s": 1e6, "GB/s": 1e9}
NETWORKS = {"Ethernet, 10 Gb/s, 30 us": (30e-6, 1.25e9), "InfiniBand, 100 Gb/s, 2 us": (2e-6, 12.5e9)}


class Bench:
    def __init__(self, asked, folder):
        self.asked, self.folder = asked, folder
        (folder / "base.toml").write_text("", encoding="utf-8")

    def run(self, ranks, batch, blocks, delay=""):
        """The result of a run; of 0 ranks by the first program."""
        asked = self.asked
        settings = [f"data.dataset={asked.dataset}", f"model.hidden=[{asked.width}, {asked.width}, {asked.width}]", "sparsity.method=static",
                    f"sparsity.density={asked.density}", f"training.epochs={asked.epochs}", "training.evaluate_every=1000ep",
                    f"training.batch_size={batch}", f"training.blocks={blocks}", "snapshots.every=0ep"]
        start = [asked.espalier] if ranks == 0 else ["mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none",
                                                     asked.espalier_mpi]
        command = [*start, "run", str(self.folder / "base.toml"), "--out", str(self.folder / "run"), "--force", "--json", "--threads", "1"]
        for setting in settings:
            command += ["--set", setting]
        environment = {**ENVIRONMENT, **({"ESPALIER_MPI_DELAY": delay} if delay else {})}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        return json.loads(done.stdout)

    def measure(self, cases):
        """Results of each case in each round, by name."""
        names = list(cases)
        found = {name: [] for name in names}
        for turn in range(self.asked.rounds):
            for k in range(len(names)):
                name = names[(k + turn) % len(names)]
                found[name].append(self.run(*cases[name]))
        return found


def step(result):
    return 1.0 / result["steps_per_second"]


def median_step(results):
    return statistics.median(map(step, results))


def milliseconds(seconds):
    return f"{1000.0 * seconds:.3f}"


def ratio(over, under):
    ratios = [step(a) / step(b) for a, b in zip(over, under)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def delay_of(text):
    """Seconds a message, and seconds a byte."""
    parts = text.split(",")
    values = []
    for part in parts:
        unit = next(unit for unit in sorted(UNITS, key=len, reverse=True) if part.endswith(unit))
        values.append(float(part.removesuffix(unit)) * UNITS[unit])
    return values[0], 1.0 / values[1] if len(values) > 1 else 0.0


def print_here(asked, found):
    cores = len(os.sched_getaffinity(0))
    print(f"Table 1: width {asked.width}, density {asked.density}, batch {asked.batch}, {asked.blocks} blocks; {cores} cores\n")
    print("| ranks | ms a step | times faster than one process | messages a step | kB a step | of which computing, by a process with a rank's samples, ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    print(f"| one process | {milliseconds(median_step(found['one']))} | 1 | 0 | 0 | |")
    for ranks in asked.ranks:
        results = found[f"{ranks} ranks"]
        traffic = results[0]["ranks"]
        computing = median_step(found[f"share of {ranks}"]) * max(1.0, ranks / cores)
        print(f"| {ranks} | {milliseconds(median_step(results))} | {ratio(found['one'], results)} | {traffic['messages_per_step']:.2f} | "
              f"{traffic['bytes_per_step'] / 1000.0:.1f} | {milliseconds(computing)} |")
    print(flush=True)


def print_delayed(asked, found):
    latency, a_byte = delay_of(asked.delay)
    print(f"Table 2: messages delayed by {asked.delay}\n")
    print("| ranks | ms a step | by the model | measured / model |")
    print("| --- | --- | --- | --- |")
    for ranks in asked.ranks:
        delayed = found[f"{ranks} ranks, delayed"]
        ratios, models = [], []
        for slow, fast in zip(delayed, found[f"{ranks} ranks"]):
            traffic = fast["ranks"]
            models.append(step(fast) + traffic["messages_per_step"] * latency + traffic["bytes_per_step"] * a_byte)
            ratios.append(step(slow) / models[-1])
        print(f"| {ranks} | {milliseconds(median_step(delayed))} | {milliseconds(statistics.median(models))} | "
              f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |")
    print(flush=True)


def print_model(asked, found):
    """Ranks of one thread each, one a node; an eighth of a thousand samples on each, or the whole batch shared out."""
    first = asked.ranks[0]
    gradient = found[f"{first} ranks"][0]["ranks"]["bytes_per_step"] / (2.0 * (1.0 - 1.0 / first))  # 4 bytes a number
    few = max(1, asked.batch // asked.nodes)
    print(f"Table 3: model for {asked.nodes} nodes, {gradient / 4000.0:.0f} thousand weights and biases\n")
    print("| network | samples a node | computing, ms | messages, ms | step, ms | times faster than one node with the same batch |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, (latency, bandwidth) in NETWORKS.items():
        for samples in (few, asked.batch):
            computing = median_step(found[f"{samples} samples"])
            alone = median_step(found["one"]) * samples * asked.nodes / asked.batch
            messages = 3 * math.log2(asked.nodes) * latency + 2.0 * (1.0 - 1.0 / asked.nodes) * gradient / bandwidth
            print(f"| {name} | {samples} | {milliseconds(computing)} | {milliseconds(messages)} | {milliseconds(computing + messages)} | "
                  f"{alone / (computing + messages):.1f} |")
    print(flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("espalier")
    parser.add_argument("espalier_mpi")
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--density", type=float, default=0.05)
    parser.add_argument("--dataset", default="fashion-mnist")
    parser.add_argument("--batch", type=int, default=1024)
    parser.add_argument("--blocks", type=int, default=8)
    parser.add_argument("--ranks", type=lambda text: [int(part) for part in text.split(",")], default=[2, 4])
    parser.add_argument("--delay", default="500us,1GB/s")
    parser.add_argument("--nodes", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=1)
    asked = parser.parse_args()
    if shutil.which("mpirun") is None:
        print("mpirun is not installed")
        sys.exit(77)
    cases = {"one": (0, asked.batch, asked.blocks)}
    for ranks in asked.ranks:
        cases[f"share of {ranks}"] = (0, asked.batch // ranks, asked.blocks // ranks)
        cases[f"{ranks} ranks"] = (ranks, asked.batch, asked.blocks)
        cases[f"{ranks} ranks, delayed"] = (ranks, asked.batch, asked.blocks, asked.delay)
    for samples in (max(1, asked.batch // asked.nodes), asked.batch):
        cases[f"{samples} samples"] = (0, samples, 1)
    with tempfile.TemporaryDirectory() as name:
        found = Bench(asked, pathlib.Path(name)).measure(cases)
    print_here(asked, found)
    print_delayed(asked, found)
    print_model(asked, found)


if __name__ == "__main__":
    main()
