#!/usr/bin/python3
"""How long a topology of a state dict takes, beside reading the same memory once.

usage: PYTHONPATH=build/release/python benchmarks/python/state_dict.py [MILLIONS_OF_WEIGHTS] [THREADS]

Reading is what a pass over float32 cannot avoid: NumPy's maximum, one thread. Beside it what NumPy takes to count what is not 0, and
SciPy, where it is there, to make its matrices. The best of several tries each, by turns, so that all see the same machine. What is
kept is written as well, 8 bytes a weight into new memory: from a tenth on that costs more than reading.
"""
import sys
import time

import numpy as np

import espalier as es

try:
    from scipy.sparse import csr_matrix
except ImportError:
    csr_matrix = None


def seconds(call):
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


def state_dict(millions, density):
    """Ten square layers."""
    side = int((millions * 1e5) ** 0.5)
    stream = np.random.default_rng(0)
    arrays = {}
    for k in range(10):
        weight = stream.standard_normal((side, side), dtype=np.float32)
        if density < 1:
            weight[stream.random((side, side), dtype=np.float32) >= density] = 0
        arrays[f"fc{k}.weight"] = weight
    return arrays


def main():
    millions = float(sys.argv[1]) if len(sys.argv) > 1 else 100
    es.set_threads(int(sys.argv[2]) if len(sys.argv) > 2 else es.threads())
    print(f"{millions:g} M weights, {es.threads()} threads; milliseconds, best of 5")
    print(f"{'density':>8} {'reading':>8} {'topology':>9} {'ratio':>6} {'counting':>9} {'SciPy':>8}")
    for density in (0.01, 0.05, 0.1, 0.5, 1.0):
        arrays = state_dict(millions, density)
        calls = {
            "reading": lambda: [array.max() for array in arrays.values()],
            "topology": lambda: es.Topology.from_state_dict(arrays),
            "counting": lambda: [np.count_nonzero(array) for array in arrays.values()],
            "scipy": lambda: [csr_matrix(array) for array in arrays.values()] if csr_matrix else None,
        }
        best = {name: float("inf") for name in calls}
        for _ in range(5):
            for name, call in calls.items():
                best[name] = min(best[name], 1e3 * seconds(call))
        scipy = f"{best['scipy']:8.1f}" if csr_matrix else "       -"
        ratio = best["topology"] / best["reading"]
        print(f"{density:8g} {best['reading']:8.1f} {best['topology']:9.1f} {ratio:6.2f} {best['counting']:9.1f} {scipy}")


if __name__ == "__main__":
    main()
