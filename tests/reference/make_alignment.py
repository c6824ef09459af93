#!/usr/bin/python3
"""Writes alignment.json: small random networks of whole numbers, and the permutations of hidden units that make two agree most.

usage: make_alignment.py

The objective is that of "Git Re-Basin" (definitions.md 5.7). The best is found in ways that need no descent: one group of units
is one assignment (SciPy); of tiny networks all permutations are tried; of networks whose units were exchanged it is known.
"""
import itertools
import json
import pathlib

import numpy
from scipy.optimize import linear_sum_assignment

HERE = pathlib.Path(__file__).resolve().parent
random = numpy.random.default_rng(57)
LARGEST = 9  # weights are whole numbers, so that all sums are exact


class Network:
    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases  # [outputs, inputs]; hidden units alone have biases

    def masks(self):
        return Network([numpy.sign(abs(weights)) for weights in self.weights], [0 * bias for bias in self.biases])

    def permuted(self, places):
        """Place i of hidden layer l is taken by unit places[l][i]."""
        weights = [matrix.copy() for matrix in self.weights]
        for layer, order in enumerate(places):
            weights[layer] = weights[layer][order, :]
            weights[layer + 1] = weights[layer + 1][:, order]
        return Network(weights, [bias[order] for bias, order in zip(self.biases, places)])

    def with_noise(self, size):
        def disturbed(values):
            moved = values + random.integers(-size, size + 1, values.shape) * (values != 0)
            return numpy.where((values != 0) & (moved == 0), 1, moved)
        return Network([disturbed(matrix) for matrix in self.weights], [disturbed(bias) for bias in self.biases])

    def json(self):
        return {"weights": [matrix.tolist() for matrix in self.weights], "biases": [bias.tolist() for bias in self.biases]}


def whole_numbers(shape):
    return random.integers(1, LARGEST + 1, shape) * random.choice([-1, 1], shape)


def drawn(widths, density):
    weights = [whole_numbers((after, before)) * (random.random((after, before)) < density)
               for before, after in zip(widths, widths[1:])]
    return Network(weights, [whole_numbers(width) for width in widths[1:-1]])


def drawn_places(widths):
    return [random.permutation(width) for width in widths[1:-1]]


def agreement(first, second, with_biases=True):
    matrices = sum(int((a * b).sum()) for a, b in zip(first.weights, second.weights))
    return matrices + (sum(int((a * b).sum()) for a, b in zip(first.biases, second.biases)) if with_biases else 0)


def bound(first, second):
    terms = [*zip(first.weights, second.weights), *zip(first.biases, second.biases)]
    return sum(float(numpy.sqrt(float((a * a).sum()) * float((b * b).sum()))) for a, b in terms)


def best_of_one_group(first, second, with_biases=True):
    """The most that two networks with one hidden layer can agree in, the permutation, and whether it is the only one."""
    alike = first.weights[0] @ second.weights[0].T + first.weights[1].T @ second.weights[1]
    if with_biases:
        alike = alike + numpy.outer(first.biases[0], second.biases[0])
    rows, places = linear_sum_assignment(alike, maximize=True)
    most = int(alike[rows, places].sum())
    assert most == agreement(first, second.permuted([places]), with_biases)
    is_only = True
    for row, place in zip(rows, places):  # without this pair
        others = alike.astype(float)
        others[row, place] = -1e9
        is_only = is_only and others[linear_sum_assignment(others, maximize=True)].sum() < most - 0.5
    return most, places.tolist(), bool(is_only)


def is_best_of_each_group(first, second):
    """With the other groups as they are, every unit in its place agrees most, and no other permutation as much."""
    for layer, (ours, theirs) in enumerate(zip(first.biases, second.biases)):
        alike = (first.weights[layer] @ second.weights[layer].T + first.weights[layer + 1].T @ second.weights[layer + 1] +
                 numpy.outer(ours, theirs))
        for unit in range(len(ours)):
            others = alike.astype(float)
            others[unit, unit] = -1e9
            if others[linear_sum_assignment(others, maximize=True)].sum() > alike.trace() - 0.5:
                return False
    return True


def best_by_trying(first, second):
    """The most over all permutations of all hidden layers."""
    orders = [[numpy.array(order) for order in itertools.permutations(range(len(bias)))] for bias in first.biases]
    return max(agreement(first, second.permuted(places)) for places in itertools.product(*orders))


def one_group(widths, density):
    first, second = drawn(widths, density), drawn(widths, density)
    most, places, is_only = best_of_one_group(first, second)
    return {"reference": first.json(), "moved": second.json(), "objective": most, "places": places, "is_only": is_only,
            "objective_without_arrays": best_of_one_group(first, second, with_biases=False)[0],
            "objective_of_masks": best_of_one_group(first.masks(), second.masks(), with_biases=False)[0],
            "bound": bound(first, second)}


def planted(widths, density, noise):
    """A network, and the same with noise and its hidden units elsewhere."""
    first = drawn(widths, density)
    near = first.with_noise(noise) if noise > 0 else first
    back = drawn_places(widths)
    moved = near.permuted([numpy.argsort(places) for places in back])
    at_home = moved.permuted(back)
    assert all((a == b).all() for a, b in zip(at_home.weights, near.weights))
    assert is_best_of_each_group(first, at_home)
    return {"reference": first.json(), "moved": moved.json(), "noise": noise,
            "places": [places.tolist() for places in back], "objective": agreement(first, at_home),
            "objective_of_masks": agreement(first.masks(), at_home.masks()), "bound": bound(first, at_home)}


def tiny(widths, density, noise):
    """Unrelated where the noise is none."""
    first = drawn(widths, density)
    second = drawn(widths, density) if noise is None else first.with_noise(noise)
    second = second.permuted(drawn_places(widths))
    return {"reference": first.json(), "moved": second.json(), "is_related": noise is not None,
            "objective": best_by_trying(first, second)}


def main():
    cases = {
        "one_group": [one_group(widths, density) for widths in ([12, 16, 6], [20, 40, 8], [6, 30, 4])
                      for density in (0.2, 0.6, 1.0)],
        "planted": [planted(widths, density, noise)
                    for widths, density in (([12, 24, 24, 6], 0.3), ([10, 16, 16, 16, 5], 0.5), ([16, 40, 40, 6], 0.15),
                                            ([8, 12, 12, 12, 12, 4], 1.0))
                    for noise in (0, 3)],
        "tiny": [tiny(widths, density, noise) for widths in ([4, 5, 5, 3], [3, 4, 4, 3, 2], [5, 6, 3, 2])
                 for density in (0.5, 1.0) for noise in (None, 2) for _ in range(3)],
    }
    parts = []
    for name, entries in cases.items():
        lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
        parts.append(f'"{name}":[\n{lines}\n]')
    (HERE / "alignment.json").write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


main()
