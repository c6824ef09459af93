"""The network itself: layers of neurons as columns, connections between them."""

from __future__ import annotations

import math
from typing import Sequence

import numpy as np

from espalier._core import ConfigError
from espalier.figures.groups import Group
from espalier.figures.labels import LETTER, LINE, short, wrapped
from espalier.figures.layers import degrees
from espalier.figures.style import GREY

#: Neurons of a column and connections of a layer that are drawn: those with most connections, those of largest size.
MOST_NEURONS = 40
MOST_EDGES = 400


def _chosen(degrees: np.ndarray) -> np.ndarray:
    """Places of the neurons with most connections, ascending."""
    best = np.argsort(-degrees, kind="stable")[:MOST_NEURONS]
    return np.sort(best)


def _columns(network) -> list[np.ndarray]:
    """Degrees of the neurons of each column: inputs of the first layer, then the outputs of each.

    :raises ConfigError: where layers do not follow one another
    """
    columns = [degrees(network[0])[1]]
    for before, layer in zip([None, *network], network):
        if before is not None and before.outputs != layer.inputs:
            raise ConfigError("plot --what graph: draws layers that follow one another; here are others, as of a convolutional network")
        columns.append(degrees(layer)[0])
    return columns


def draw(axes, groups: Sequence[Group]) -> None:
    """The last snapshot of the first run. Blue and orange are weights above and below 0, the width is their size."""
    run = groups[0].runs[0]
    network = run.snapshots[-1]
    columns = _columns(network)
    shown = [_chosen(degrees) for degrees in columns]
    heights = [{int(neuron): 0.5 if len(chosen) == 1 else k / (len(chosen) - 1) for k, neuron in enumerate(chosen)} for chosen in shown]
    drawn = total = 0
    for l, layer in enumerate(network):
        matrix = layer.to_scipy().tocoo()
        keep = np.isin(matrix.row, shown[l + 1]) & np.isin(matrix.col, shown[l])
        rows, cols = matrix.row[keep], matrix.col[keep]
        values = np.ones(len(rows)) if layer.values is None else matrix.data[keep].astype(float)
        order = np.argsort(-np.abs(values), kind="stable")[:MOST_EDGES][::-1]
        largest = max(float(np.abs(values).max()), 1e-12) if len(values) else 1.0
        for k in order:
            size = abs(values[k]) / largest
            axes.plot((l, l + 1), (heights[l][int(cols[k])], heights[l + 1][int(rows[k])]),
                      color="#0072b2" if values[k] >= 0 else "#d55e00", linewidth=0.2 + 1.0 * size, alpha=0.25 + 0.6 * size,
                      solid_capstyle="round", zorder=1)
        drawn += len(order)
        total += layer.edges
    for l, places in enumerate(heights):
        axes.scatter([l] * len(places), list(places.values()), s=6, color="black", zorder=2)
    _name_columns(axes, ["inputs", *[layer.name for layer in network]])
    axes.set_yticks([])
    axes.grid(False)
    axes.spines["left"].set_visible(False)
    neurons, all_neurons = sum(map(len, shown)), sum(map(len, columns))
    name = short([run.name], 30)[0]
    title = f"{name}, seed {run.seed}: {drawn} of {total} connections, {neurons} of {all_neurons} neurons"
    axes.set_title(wrapped(title, axes.figure.get_figwidth() - 0.3), loc="left", color=GREY, fontsize=7)


def _name_columns(axes, names: Sequence[str]) -> None:
    """Upright where they are too many or too long to stand side by side."""
    room = 0.9 * axes.figure.get_figwidth() * 72 / len(names)
    if upright := max(map(len, names)) * LETTER > room:
        names = short(names, 24)
    every = math.ceil(LINE / room)
    axes.set_xticks(range(0, len(names), every), names[::every], rotation=90 if upright else 0)
