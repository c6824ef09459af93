#!/usr/bin/python3
"""SciPy's side of the comparison: CSR matrix times vector or dense matrix, float32; protocol as in worker.cpp.

usage: scipy_worker.py product width=1024 batch=1 density=0.05       batch 1 is a vector; SciPy has one thread
"""
import numpy
import protocol
import scipy.sparse


def product(width, batch, density):
    matrix = scipy.sparse.random(width, width, density, format="csr", dtype=numpy.float32, random_state=1)
    generator = numpy.random.default_rng(1)
    x = generator.random(width if batch == 1 else (width, batch), dtype=numpy.float32)
    return lambda: matrix @ x, matrix.nnz


def main():
    kind, values = protocol.request({"product": product})
    values.pop("threads")
    protocol.serve(*kind(**values))


main()
