#!/usr/bin/python3
"""How long a topology of a state dict takes, beside reading the same memory once.

usage: PYTHONPATH=build/release/python benchmarks/python/state_dict.py [MILLIONS_OF_WEIGHTS] [THREADS]

Reading is memory that a pass over float32 cannot avoid: NumPy's maximum, one thread. The best of several tries each, by turns, so
that both see the same machine. Densities from sparse to full; of a full network every weight is copied as well.
"""
import sys
import time

import numpy as np

import espalier as es


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
    print(f"{millions:g} M weights, {es.threads()} threads; milliseconds, best of 7")
    print(f"{'density':>8} {'reading':>8} {'topology':>9} {'ratio':>6}")
    for density in (0.01, 0.05, 0.1, 0.5, 1.0):
        arrays = state_dict(millions, density)
        reading, topology = [], []
        for _ in range(7):
            reading.append(seconds(lambda: [array.max() for array in arrays.values()]))
            topology.append(seconds(lambda: es.Topology.from_state_dict(arrays)))
        ratio = min(topology) / min(reading)
        print(f"{density:8g} {1e3 * min(reading):8.1f} {1e3 * min(topology):9.1f} {ratio:6.2f}")


if __name__ == "__main__":
    main()
