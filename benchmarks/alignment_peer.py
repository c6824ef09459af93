#!/usr/bin/python3
"""Aligning two tickets 784-4096-4096-4096-10 at density 0.05 by weights, beside SciPy on the same work.

usage: alignment_peer.py ESPALIER_BENCHMARKS [RUNS]

Ours: topology/alignment of the benchmark program, 2 threads. SciPy's, best of RUNS (3): similarities of units as sparse products
made dense, linear_sum_assignment (always from nothing, one thread). Both: float64 costs of unrelated random weights.
"""
import json
import subprocess
import sys
import time

import numpy
import scipy.sparse
from scipy.optimize import linear_sum_assignment

WIDTHS = [784, 4096, 4096, 4096, 10]
DENSITY = 0.05


def ticket(seed):
    """Weights [out, in] layer by layer, the last full."""
    random = numpy.random.default_rng(seed)
    layers = []
    for before, after in zip(WIDTHS, WIDTHS[1:]):
        density = 1.0 if after == WIDTHS[-1] else DENSITY
        bound = (6 / (density * before)) ** 0.5
        layers.append(scipy.sparse.random(after, before, density, format="csr", random_state=random,
                                          data_rvs=lambda count, b=bound: random.uniform(-b, b, count)))
    return layers


def similarity(first, second, group, places):
    """Of the units behind layer `group`: what leads to them and what they lead to, neighbours in their places."""
    incoming = second[group] if group == 0 else second[group][:, places[group - 1]]
    outgoing = second[group + 1] if group + 1 == len(places) else second[group + 1][places[group + 1]]
    return (first[group] @ incoming.T + first[group + 1].T @ outgoing).toarray()


def sweep(first, second):
    """Seconds in similarities and in assignments."""
    places = [numpy.arange(width) for width in WIDTHS[1:-1]]
    seconds = [0.0, 0.0]
    for group in range(len(places)):
        begin = time.perf_counter()
        alike = similarity(first, second, group, places)
        middle = time.perf_counter()
        places[group] = linear_sum_assignment(alike, maximize=True)[1]
        seconds[0] += middle - begin
        seconds[1] += time.perf_counter() - middle
    return seconds


def low_rank(first, second):
    """The last group by its ten outputs alone."""
    alike = (first[-1].T @ second[-1]).toarray()
    begin = time.perf_counter()
    linear_sum_assignment(alike, maximize=True)
    return time.perf_counter() - begin


def ours(program):
    """Seconds by name."""
    done = subprocess.run([program, "--benchmark_filter=topology/alignment/", "--benchmark_format=json"],
                          capture_output=True, text=True, check=True)
    scale = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
    return {run["name"].split("/")[2]: run["real_time"] * scale[run["time_unit"]]
            for run in json.loads(done.stdout)["benchmarks"]}


def row(what, mine, theirs):
    print(f"{what:45} {mine:8.2f} s {theirs:8.2f} s   theirs / ours {theirs / mine:.1f}", flush=True)


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    mine = ours(sys.argv[1])
    for name, seconds in mine.items():
        print(f"{name:45} {seconds:8.2f} s")
    tickets = ticket(1), ticket(2)
    sweeps = [sweep(*tickets) for _ in range(runs)]
    row("sweep over three groups, from nothing", mine["sweep"], min(sum(one) for one in sweeps))
    print(f"{'  of it SciPy in assignments':45} {'':10} {min(one[1] for one in sweeps):8.2f} s")
    row("assignment of the last group by outputs alone", mine["low_rank_assignment"], low_rank(*tickets))


main()
