#!/usr/bin/python3
"""What a call of the Python module costs beside its work: small networks, the best of many calls, in microseconds.

usage: PYTHONPATH=build/release/python benchmarks/python/calls.py
"""
import time

import numpy as np

import espalier as es


def best(call, repeats=200):
    """Seconds of the fastest call."""
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return min(times)


def main():
    dense = np.eye(16, dtype=np.float32)
    net = es.Topology({"fc1": dense, "fc2": dense}, label="a")
    other = es.Topology({"fc1": np.roll(dense, 1, axis=0), "fc2": dense}, label="b")
    calls = {
        "es.Layer(16x16 array)": lambda: es.Layer(dense),
        "layer.indices": lambda: net[0].indices,
        "net['fc1']": lambda: net["fc1"],
        "es.metrics(net, 'density')": lambda: es.metrics(net, "density"),
        "es.distance([a, b], 'jaccard')": lambda: es.distance([net, other], "jaccard"),
        "es.nnstd(a, b)": lambda: es.nnstd(net, other),
        "es.generate('erk', ...)": lambda: es.generate("erk", [(16, 16)], density=0.5),
    }
    for name, call in calls.items():
        print(f"{name:34} {1e6 * best(call):8.1f} us")


if __name__ == "__main__":
    main()
