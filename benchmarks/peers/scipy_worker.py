#!/usr/bin/python3
"""SciPy's side of the comparison: CSR products, leading singular values, NNSTD; protocol as in worker.cpp.

usage: scipy_worker.py product width=1024 batch=1 density=0.05       float32; batch 1 is a vector; SciPy has one thread
       scipy_worker.py eigsh|svds shape=4608,512 density=0.05        float64, two singular values of a random mask
       scipy_worker.py nnstd width=4096 density=0.05                 a layer pair: sparse counts, costs, assignment

eigsh gets the square adjacency of the whole graph, as the published Ramanujan scores compute them: three eigenvalues.
"""
import numpy
import protocol
import scipy.optimize
import scipy.sparse
import scipy.sparse.linalg


def product(width, batch, density):
    matrix = scipy.sparse.random(width, width, density, format="csr", dtype=numpy.float32, random_state=1)
    generator = numpy.random.default_rng(1)
    x = generator.random(width if batch == 1 else (width, batch), dtype=numpy.float32)
    return lambda: matrix @ x, matrix.nnz


def mask(shape, density):
    matrix = scipy.sparse.random(*shape, density, format="csr", dtype=numpy.float64, random_state=1)
    matrix.data[:] = 1
    return matrix


def eigsh(shape, density, batch):
    del batch
    matrix = mask(shape, density)
    square = scipy.sparse.bmat([[None, matrix], [matrix.T, None]], format="csr")
    return lambda: scipy.sparse.linalg.eigsh(square, k=3, return_eigenvectors=False), matrix.nnz


def svds(shape, density, batch):
    del batch
    matrix = mask(shape, density)
    return lambda: scipy.sparse.linalg.svds(matrix, k=2, return_singular_vectors=False), matrix.nnz


def nnstd(width, density, batch):
    del batch
    first, second = (scipy.sparse.random(width, width, density, format="csr", dtype=numpy.int32, random_state=seed,
                                         data_rvs=lambda count: numpy.ones(count, numpy.int32)) for seed in (1, 2))
    degrees = [numpy.diff(mask.indptr) for mask in (first, second)]

    def distance():
        common = (first @ second.T).toarray()
        either = degrees[0][:, None] + degrees[1][None, :] - common
        costs = numpy.divide(either - common, either, out=numpy.zeros(either.shape), where=either > 0)
        return costs[scipy.optimize.linear_sum_assignment(costs)].mean()

    return distance, first.nnz + second.nnz


def main():
    kind, values = protocol.request({"product": product, "nnstd": nnstd, "eigsh": eigsh, "svds": svds})
    values.pop("threads")
    protocol.serve(*kind(**values))


main()
