#!/usr/bin/python3
"""The two largest singular values against SciPy's eigsh (of the square adjacency) and svds.

usage: spectra_peer.py PROGRAM     ends with 77 where SciPy is missing
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # read as NumPy is loaded
try:
    import numpy
    import scipy.sparse
    import scipy.sparse.linalg
except ImportError:
    print("python3-scipy is not installed")
    sys.exit(77)

TOLERANCE = 1e-6
LAYERS = {"tall": (4608, 512, 0.05), "square": (4096, 4096, 0.01), "wide": (300, 2000, 0.02), "small": (100, 80, 0.1)}


def layer(rows, cols, density, seed):
    matrix = scipy.sparse.random(rows, cols, density, format="csr", random_state=seed)
    matrix.data = numpy.random.default_rng(seed).standard_normal(matrix.nnz).astype(numpy.float32)
    return matrix


def measure(program, path):
    done = subprocess.run([program, "metrics", path, "--metric", "ramanujan_gap,weighted_gap", "--json"],
                          capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)[0]["layers"][0]
    return found["ramanujan_gap"], found["weighted_gap"]


def leading_by_eigsh(matrix):
    square = scipy.sparse.bmat([[None, matrix], [matrix.T, None]], format="csr", dtype=numpy.float64)
    values = scipy.sparse.linalg.eigsh(square, k=3, return_eigenvectors=False)
    values = sorted(abs(values))
    return values[2], values[0]


def leading_by_svds(matrix):
    values = scipy.sparse.linalg.svds(matrix.astype(numpy.float64), k=2, return_singular_vectors=False)
    return max(values), min(values)


def compare(what, ours, theirs):
    relative = abs(ours - theirs) / theirs
    print(f"{what}: {ours:.10g}, {theirs:.10g}, relative difference {relative:.1e}")
    return relative <= TOLERANCE


def check(program, folder, name, shape, seed):
    matrix = layer(*shape, seed)
    path = str(pathlib.Path(folder) / f"{name}.npz")
    scipy.sparse.save_npz(path, matrix)
    gap, weighted = measure(program, path)
    pattern = matrix.copy()
    pattern.data[:] = 1
    agreed = True
    for peer, (first, second) in (("eigsh", leading_by_eigsh(pattern)), ("svds", leading_by_svds(pattern))):
        agreed &= compare(f"{name}, sigma_1, {peer}", gap["sigma_1"], first)
        agreed &= compare(f"{name}, sigma_2, {peer}", gap["sigma_2"], second)
    first, second = leading_by_svds(abs(matrix))
    return compare(f"{name}, gap of |W|, svds", weighted["gap"], first - second) and agreed


def main():
    with tempfile.TemporaryDirectory() as folder:
        agreed = [check(sys.argv[1], folder, name, shape, seed) for seed, (name, shape) in enumerate(LAYERS.items())]
    return 0 if all(agreed) else "ours and SciPy's values differ"


if __name__ == "__main__":
    sys.exit(main())
