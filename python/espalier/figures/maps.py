"""Distances between topologies as a map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

import numpy as np

from espalier._core import ConfigError
from espalier.distances import distance
from espalier.figures.groups import Group
from espalier.figures.labels import LETTER, LINE, letters, short, wrapped
from espalier.figures.style import GREY

#: Networks in a map: beyond, a cell is narrower than a pixel of print.
MOST = 60


@dataclass
class _Shown:
    """What is compared: networks, their names along the left, shorter ones below, and words about all."""

    networks: list
    names: list[str]
    below: list[str]
    axis: str
    what: str


def _shown(groups: Sequence[Group], most: int) -> _Shown:
    """The last snapshots of all runs, numbered below; of a single run all its snapshots, by step."""
    runs = [run for group in groups for run in group.runs]
    if len(runs) > 1:
        if len(runs) > MOST:
            raise ConfigError(f"plot --what nnstd: {len(runs)} runs; at most {MOST} fit a map")
        numbers = [str(k + 1) for k in range(len(runs))]
        ends = iter([f", seed {run.seed}  {n}" if len(group.runs) > 1 else f"  {n}" for n, (group, run) in zip(numbers, _pairs(groups))])
        names = short([group.name for group in groups], max(4, most - (13 if len(groups) < len(runs) else 4)))
        return _Shown([run.snapshots[-1] for run in runs], [name + next(ends) for name, group in zip(names, groups) for _ in group.runs],
                      numbers, "", "last snapshots")
    steps = runs[0].snapshots.steps
    if len(steps) < 2:
        raise ConfigError(f"plot --what nnstd: {runs[0].path} has one snapshot; give several runs, or one with several snapshots")
    chosen = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), MOST)).round().astype(int))
    note = "" if len(chosen) == len(steps) else f" ({len(chosen)} of {len(steps)})"
    names = [str(steps[k]) for k in chosen]
    return _Shown([runs[0].snapshots[int(k)] for k in chosen], names, names, "step", f"snapshots of {short([runs[0].name], 40)[0]}{note}")


def _pairs(groups: Sequence[Group]):
    return ((group, run) for group in groups for run in group.runs)


def draw(axes, groups: Sequence[Group], metric: str = "nnstd", square: bool = True) -> None:
    """A cell for each pair, from 0 to 1 in every figure; the figure's height makes cells about square, or is left as it is."""
    figure = axes.figure
    width = figure.get_figwidth()
    shown = _shown(groups, letters(0.36 * width))
    found = np.asarray(distance(shown.networks, metric=metric))
    drawn = axes.imshow(found, cmap="cividis", vmin=0, vmax=1, interpolation="nearest", aspect="auto")
    figure.colorbar(drawn, ax=axes, label="distance")
    figure.suptitle(wrapped(f"{metric} between {shown.what}", width - 0.1), x=0.01, ha="left", color=GREY, fontsize=7)
    axes.grid(False)
    axes.set(xlabel=shown.axis, ylabel=shown.axis)
    axes.set_yticks(range(len(found)), shown.names)
    axes.set_xticks(range(len(found)), shown.below)
    if square:
        wide, high = _inches(axes)
        wanted = wide if shown.axis else max(wide, min(1.5 * wide, len(found) * LINE / 72))  # a name in each row before squares
        figure.set_figheight(figure.get_figheight() + wanted - high)
    _thin_out(axes, shown, *(72 * inches / len(found) for inches in _inches(axes)))
    wide, high = (72 * inches / len(found) for inches in _inches(axes))
    if wide >= 12 and high >= LINE:
        for i, j in np.ndindex(found.shape):
            axes.text(j, i, f"{found[i, j]:.2f}".removeprefix("0"), ha="center", va="center", fontsize=6,
                      color="black" if found[i, j] > 0.6 else "white")


def _inches(axes) -> tuple[float, float]:
    """Of the panel, laid out."""
    axes.figure.draw_without_rendering()
    return tuple(axes.get_position().size * axes.figure.get_size_inches())


def _thin_out(axes, shown: _Shown, wide: float, high: float) -> None:
    """Names of as many cells of so many points as have a line's room; below upright ones where they are wide."""
    rows, columns = (range(0, len(shown.names), math.ceil(LINE / size)) for size in (high, wide))
    upright = max(map(len, shown.below)) * LETTER > 0.9 * wide * columns.step
    axes.set_yticks(rows, [shown.names[k] for k in rows])
    axes.set_xticks(columns, [shown.below[k] for k in columns], rotation=90 if upright else 0)
