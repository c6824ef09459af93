#!/usr/bin/python3
"""NNSTD by SciPy on small random pairs: common inputs by a sparse product, linear_sum_assignment; costs equal to 1e-9.

usage: nnstd_peer.py ESPALIER
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import csr_matrix
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

TOLERANCE = 1e-9
SEED = 1


def costs_of(first, second):
    """|X sym.diff. Y| / |X u Y| for the rows of two masks; 0 where both are empty."""
    common = (csr_matrix(first) @ csr_matrix(second).T).toarray()
    either = first.sum(axis=1)[:, None] + second.sum(axis=1)[None, :] - common
    return numpy.divide(either - common, either, out=numpy.zeros(either.shape), where=either > 0)


def layerwise(first, second):
    """Distances of layers on their own: they do not depend on ties."""
    distances = []
    for one, other in zip(first, second):
        costs = costs_of(one, other)
        distances.append(costs[linear_sum_assignment(costs)].sum() / len(costs))
    return distances


def write(folder, name, masks):
    path = folder / f"{name}.npz"
    numpy.savez(path, **{f"layer{k}": mask for k, mask in enumerate(masks)})
    return str(path)


def asked(program, paths, metric, *settings):
    command = [program, "distance", *paths, "--metric", metric, "--json"]
    for setting in settings:
        command += ["--set", f"{metric}.{setting}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)[0]
    per_layer = [layer[0][1] for layer in result["per_layer"]]
    bounds = [layer[0][1] for layer in result["lower_bound"]["per_layer"]] if "lower_bound" in result else per_layer
    return per_layer, bounds


def check(what, ours, theirs):
    worst = max(abs(a - b) for a, b in zip(ours, theirs))
    if worst > TOLERANCE:
        sys.exit(f"{what}: {ours}, SciPy {theirs}, {worst} apart; seed {SEED}")


def check_pair(program, folder, random, widths, density):
    what = f"{widths} at {density}"
    first, second = ([(random.random((widths[k + 1], widths[k])) < density).astype(numpy.uint8)
                      for k in range(len(widths) - 1)] for _ in range(2))
    paths = [write(folder, "first", first), write(folder, "second", second)]
    expected = layerwise(first, second)
    check(f"nnstd_layerwise, {what}", asked(program, paths, "nnstd_layerwise")[0], expected)
    check(f"nnstd_layerwise by the solver's ties, {what}",
          asked(program, paths, "nnstd_layerwise", "ties=solver")[0], expected)
    chained = asked(program, paths, "nnstd")[0]
    check(f"nnstd, first layer, {what}", chained[:1], expected[:1])
    joint = asked(program, paths, "nnstd_joint")[0]
    if sum(joint) > sum(chained):
        sys.exit(f"nnstd_joint, {what}: {joint} is above the chain, {chained}; seed {SEED}")
    nearly, bounds = asked(program, paths, "nnstd_layerwise", "exact_limit=4")
    for exact, upper, lower in zip(expected, nearly, bounds):
        if not lower - TOLERANCE <= exact <= upper + TOLERANCE:
            sys.exit(f"exact_limit, {what}: {exact} is not in [{lower}, {upper}]; seed {SEED}")


def main():
    random = numpy.random.default_rng(SEED)
    with tempfile.TemporaryDirectory() as name:
        for widths in ([12, 9, 7, 5], [60, 80, 80, 10], [200, 150, 150]):
            for density in (0.01, 0.05, 0.2, 0.6, 1.0):
                check_pair(sys.argv[1], pathlib.Path(name), random, widths, density)
    print("equal to SciPy's")


main()
