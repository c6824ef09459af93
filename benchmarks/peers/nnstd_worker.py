#!/usr/bin/python3
"""NNSTD as the published program goes about it: a loop over all pairs of neurons, a few array operations a pair, then
SciPy's assignment; protocol as in worker.cpp. The loop is nearly all of the time, there as here.

usage: nnstd_worker.py nnstd width=784 density=0.006      one thread; several seconds per layer of 784
"""
import numpy
import protocol
import scipy.optimize


def nnstd(width, density, batch):
    del batch
    random = numpy.random.default_rng(1)
    first, second = (random.random((width, width)) < density for _ in range(2))

    def distance():
        costs = numpy.zeros((width, width))
        for i, one in enumerate(first):
            for j, other in enumerate(second):
                either = numpy.logical_or(one, other).sum()
                costs[i, j] = numpy.logical_xor(one, other).sum() / either if either else 0.0
        return costs[scipy.optimize.linear_sum_assignment(costs)].mean()

    return distance, int(first.sum() + second.sum())


def main():
    kind, values = protocol.request({"nnstd": nnstd})
    values.pop("threads")
    protocol.serve(*kind(**values))


main()
