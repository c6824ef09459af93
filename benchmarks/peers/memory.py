#!/usr/bin/python3
"""Peak memory of a training step over kept weights and over the dense size, each in a process of its own; writes JSON.

usage: memory.py WORKER OUT.json [--quick]

One step of an MLP inputs-width-width-10, batch 16, SGD with momentum, building the network included. The first series keeps
the shape and varies the kept weights: the slope of a straight line through it is bytes per kept weight. The second keeps the
weights and grows the shape: what grows with it are activations, biases and row offsets, not weights.
"""
import argparse
import json
import sys

import workers

BATCH = 16
INPUTS, CLASSES = 1024, 10


def positions(width):
    return width * (INPUTS + width + CLASSES)


def measure(program, width, density):
    words = ("mlp_step", f"shape={INPUTS},{width},{width},{CLASSES}", f"density={density:.9g}", f"batch={BATCH}")
    with workers.ours(program, words) as worker:
        worker.run(2)
        return {"width": width, "positions": positions(width), "kept": worker.weights, "peak_bytes": worker.peak_bytes()}


def line_through(points):
    """Least squares: slope and intercept of y over x."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
    return slope, mean_y - slope * mean_x


def over_kept(program, width, kept_counts):
    series = [measure(program, width, kept / positions(width)) for kept in kept_counts]
    slope, rest = line_through([(point["kept"], point["peak_bytes"]) for point in series])
    return {"series": series, "bytes_per_weight": slope, "bytes_at_none": rest}


def over_dense_size(program, widths, kept):
    return {"series": [measure(program, width, kept / positions(width)) for width in widths]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("worker")
    parser.add_argument("out")
    parser.add_argument("--quick", action="store_true", help="few, small points")
    options = parser.parse_args()
    million = 10**6
    if options.quick:
        result = {"over_kept": over_kept(options.worker, 8192, [million, 2 * million, 4 * million]),
                  "over_dense_size": over_dense_size(options.worker, [2048, 8192], million)}
    else:
        result = {"over_kept": over_kept(options.worker, 16384, [million * n for n in (1, 2, 4, 8, 16, 32)]),
                  "over_dense_size": over_dense_size(options.worker, [2048, 4096, 8192, 16384, 32768], 2 * million)}
    result["goal_bytes_per_weight"] = 24
    print(f"{result['over_kept']['bytes_per_weight']:.1f} bytes per kept weight")
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)


if __name__ == "__main__":
    sys.exit(main())
