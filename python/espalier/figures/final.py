"""Where training ended: a point a group, and every seed."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from espalier._core import ConfigError
from espalier._notices import tell
from espalier.figures.accuracies import accuracy, axis_from, chosen_split
from espalier.figures.curves import seeds_said
from espalier.figures.groups import Group, band
from espalier.figures.labels import letters, short, wrapped
from espalier.figures.style import GREY, look

#: Inches of a row and of all that is not rows; between which places below its mean seeds lie, in rows.
ROW, REST, SEEDS = 0.28, 0.85, (0.24, 0.5)


def height(groups: Sequence[Group]) -> float:
    """Inches that give every group a row."""
    return ROW * len(groups) + REST


def _ends(groups: Sequence[Group], split: str) -> list[tuple[Group, np.ndarray]]:
    """The last accuracies of the runs that have come to their end, in per cent."""
    found, left_out = [], 0
    for group in groups:
        values = [ends[1][-1] for run in group.runs if run.status == "finished" and (ends := accuracy(run, split)) is not None]
        left_out += len(group.runs) - len(values)
        if values:
            found.append((group, np.array(values)))
    if left_out:
        tell([f"plot: {left_out} of {sum(len(group.runs) for group in groups)} runs are not finished, or have no accuracy, and are left out"])
    return found


def _dots(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Seeds in order, and how far below the mean, in rows: equal ones one below the other, that none is hidden."""
    values = np.sort(values)
    place = np.arange(len(values)) - np.searchsorted(values, values)
    return values, SEEDS[0] + place * min(0.11, (SEEDS[1] - SEEDS[0]) / max(place.max(), 1))


def draw(axes, groups: Sequence[Group], split: str | None = None, start: float | None = None) -> None:
    """A row for each group: the mean, the 95 % interval of it where there are several seeds, and a dot each seed below it."""
    split = chosen_split([run for group in groups for run in group.runs], "final", split)
    found = _ends(groups, split)
    if not found:
        raise ConfigError("plot: none of the runs has what --what final draws: an end, with an accuracy")
    for row, (group, values) in enumerate(found):
        colour = look(groups.index(group))["color"]
        one = band([(np.array([0]), np.array([value])) for value in values])
        axes.errorbar(one.mean, [row], xerr=one.half, fmt="o", color=colour, capsize=2.5, elinewidth=1, label=group.name)
        if len(values) > 1:
            dots, below = _dots(values)
            axes.plot(dots, row + below, "o", color=colour, alpha=0.5, markersize=2.2, markeredgewidth=0)
    names = short([group.name for group, _ in found], letters(0.36 * axes.figure.get_figwidth()))
    axes.set_yticks(range(len(found)), names)
    axes.set(xlabel=f"{split} accuracy [%]", ylim=(len(found) - 0.35, -0.5))
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    shown = None if start is None else axis_from(start, [(group.name, values) for group, values in found])
    if shown is not None:
        axes.set_xlim(left=shown.low)
    seeds = seeds_said([(name, len(values)) for name, (_, values) in zip(names, found)])
    words = [f"end of training: mean and its 95 % interval over {seeds}, small dots are seeds" if seeds else "end of training, one seed",
             shown.words if shown else ""]
    axes.figure.suptitle(wrapped("; ".join(filter(None, words)), axes.figure.get_figwidth() - 0.1), x=0.01, ha="left", color=GREY, fontsize=7)
