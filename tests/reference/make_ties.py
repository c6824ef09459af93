#!/usr/bin/python3
"""Writes nnstd_ties.json: small random networks with many equally cheap matchings, and every distance that NNSTD may give.

usage: make_ties.py

Slow on purpose and without any library: all permutations of a layer are tried, costs are exact fractions. The definition is
that of the NNSTD paper, and of definitions.md 6.3 for ties.
"""
import itertools
import json
import math
import pathlib
import random

HERE = pathlib.Path(__file__).resolve().parent
SEED = 20
WIDTHS = ([6, 6, 5, 4], [9, 5, 6, 3], [4, 6, 6, 6, 2], [12, 6, 4], [7, 6, 6, 5], [3, 6, 6, 6])
DENSITIES = (0.12, 0.2, 0.3, 0.5)
WHOLE = math.lcm(*range(1, 13))  # every cost of at most 12 inputs is so many of these


def drawn_mask(outputs, inputs, density):
    return [[int(random.random() < density) for _ in range(inputs)] for _ in range(outputs)]


def rewired(masks, share):
    """The same network with some positions drawn again: many neurons keep their inputs."""
    return [[[1 - kept if random.random() < share else kept for kept in row] for row in mask] for mask in masks]


def edit_distance(row, other, renamed):
    """Input x of the first is input renamed[x] of the second."""
    first = {x for x, kept in enumerate(row) if kept}
    second = {x for x in range(len(row)) if other[renamed[x]]}
    if not first | second:
        return 0
    return WHOLE * len(first ^ second) // len(first | second)


def cheapest(first, second, renamed):
    """The least cost of a layer, all matchings that have it, and those of them that keep most neurons in their places."""
    costs = [[edit_distance(row, other, renamed) for other in second] for row in first]
    least, optimal = None, []
    for matching in itertools.permutations(range(len(first))):
        cost = sum(costs[i][j] for i, j in enumerate(matching))
        if least is None or cost < least:
            least, optimal = cost, []
        if cost == least:
            optimal.append(matching)
    most = max(map(kept_places, optimal))
    return least, optimal, [matching for matching in optimal if kept_places(matching) == most]


def kept_places(matching):
    return sum(i == j for i, j in enumerate(matching))


def distance(cost, outputs):
    return cost / (WHOLE * outputs)


def reachable(first, second, prefer_identity):
    """The sequences of distances, layer by layer, that a chain of optimal matchings can have."""
    states = {((), tuple(range(len(first[0][0]))))}
    for mask, other in zip(first, second):
        after = set()
        for so_far, renamed in states:
            least, optimal, kept = cheapest(mask, other, renamed)
            for matching in kept if prefer_identity else optimal:
                after.add((so_far + (distance(least, len(mask)),), matching))
        states = after
    return sorted({so_far for so_far, _ in states})


def case(widths, density, is_rewired):
    first = [drawn_mask(widths[k + 1], widths[k], density) for k in range(len(widths) - 1)]
    second = (rewired(first, 0.1) if is_rewired else
              [drawn_mask(widths[k + 1], widths[k], density) for k in range(len(widths) - 1)])
    alone = [cheapest(mask, other, range(len(mask[0]))) for mask, other in zip(first, second)]
    return {
        "first": first,
        "second": second,
        "no_permutation_distance": [distance(least, len(mask)) for (least, _, _), mask in zip(alone, first)],
        "no_permutation_optima": [len(optimal) for _, optimal, _ in alone],
        "no_permutation_kept_places": [kept_places(kept[0]) for _, _, kept in alone],
        "identity_ties": reachable(first, second, True),
        "any_ties": reachable(first, second, False),
    }


def main():
    random.seed(SEED)
    cases = []
    for widths in WIDTHS:
        for density in DENSITIES:
            for is_rewired in (False, True):
                drawn = case(widths, density, is_rewired)
                if len(drawn["any_ties"]) <= 40:  # a short list says more, and takes fewer bytes
                    cases.append(drawn)
    lines = ",\n".join(json.dumps(drawn, separators=(",", ":")) for drawn in cases)
    (HERE / "nnstd_ties.json").write_text(f'{{"pairs":[\n{lines}\n]}}\n', encoding="utf-8")


main()
