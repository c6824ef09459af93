"""Whose accuracy a figure shows, and from where on its axis shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Sequence

import numpy as np

from espalier._core import ConfigError
from espalier._notices import tell
from espalier.figures.groups import Band, unique
from espalier.runs import Run

#: What accuracies can be of.
SPLITS = ("test", "validation")


def accuracy(run: Run, split: str) -> tuple[np.ndarray, np.ndarray] | None:
    """In per cent, of "test" or "validation"; by steps. Nothing where it was not measured."""
    if not {"accuracy", "split"} <= set(run.eval):
        return None
    rows = run.eval.where(split=split)
    measured = np.isfinite(rows["accuracy"])
    return unique(rows["step"][measured], 100 * rows["accuracy"][measured]) if measured.any() else None


def chosen_split(runs: Sequence[Run], what: str, asked: str | None) -> str:
    """One for all runs of a figure: what is asked for; else the test set's, and where no run has one, which is told, validation's.

    :raises ConfigError: where some runs have a test set and others not; for a split that is none
    """
    if asked not in (None, *SPLITS):
        raise ConfigError(f"--split {asked} is none of {', '.join(SPLITS)}")
    if asked is not None:
        return asked
    tested = [run for run in runs if accuracy(run, "test") is not None]
    validated = [run for run in runs if run not in tested and accuracy(run, "validation") is not None]
    if tested and validated:
        raise ConfigError(f"plot --what {what}: {len(validated)} of {len(runs)} runs have no test set, {validated[0].path} the first; accuracies of "
                          "different sets are not drawn as one: give runs of one kind, or --split validation")
    if validated:
        tell(["plot: no test set: validation accuracy is drawn"])
    return "validation" if validated else "test"


@dataclass
class Axis:
    """Where an axis of accuracies begins and ends, in per cent; the distance of its ticks; words about what it leaves out."""

    low: float
    high: float | None = None
    step: float | None = None
    words: str = ""


def automatic_axis(xs: Sequence[np.ndarray], bands: Sequence[Band]) -> Axis | None:
    """Begins at the lowest value after the first tenth of the course, rounded down to 5 %; nothing where that wins no more than
    10 %. The report page has the same rule.

    :param xs: epochs or steps of each band, ascending
    """
    last = max(x[-1] for x in xs)
    lows = [_edge(one, -1) for one in bands]
    later = np.concatenate([low[x >= 0.1 * last] for x, low in zip(xs, lows)])
    lowest, top = min(low.min() for low in lows), max(_edge(one, 1).max() for one in bands)
    start = max(0.0, 5 * math.floor((later.min() - 1) / 5))
    if start - lowest <= 10:
        return None
    step = next((one for one in (1, 2, 5, 10) if top - start <= 7 * one), 20)
    low = math.floor(start / step + 1e-9) * step
    return Axis(low, math.ceil(top / step - 1e-9) * step, step, f"the axis begins at {low:.1f} %, earlier points lie below")


def axis_from(start: float, values: Sequence[tuple[str, np.ndarray]]) -> Axis:
    """That begins where it is told to.

    :param values: names of what is drawn, and all values of it
    :raises ConfigError: where it would show nothing of one
    """
    if not 0 <= start < 100:
        raise ConfigError(f"--from {start:g} must be from 0 to below 100 %")
    for name, of in values:
        if of.max() < start:
            raise ConfigError(f"--from {start:g}: all of {name} lies below, its highest is {of.max():.1f} %")
    hidden = any(of.min() < start for _, of in values)
    return Axis(start, words=f"the axis begins at {start:g} %, what lies below is not shown" if hidden else "")


def _edge(one: Band, sign: int) -> np.ndarray:
    """Of the band; the line's own where it has none."""
    return one.mean if one.half is None else one.mean + sign * one.half
