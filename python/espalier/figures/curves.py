"""Accuracy, density and survival of connections over training."""

from __future__ import annotations

from typing import Callable, Sequence

import numpy as np

from espalier._core import ConfigError
from espalier._notices import tell
from espalier.figures.groups import Band, Group, band
from espalier.figures.labels import spread
from espalier.figures.style import GREY, look
from espalier.measures import metrics
from espalier.runs import Run

Series = Callable[[Run], "tuple[np.ndarray, np.ndarray] | None"]


def _unique(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ascending x, the last y of each."""
    order = np.argsort(x, kind="stable")
    x, y = np.asarray(x)[order], np.asarray(y, dtype=float)[order]
    last = np.append(x[1:] != x[:-1], True) if len(x) else np.array([], dtype=bool)
    return x[last], y[last]


def _epochs(run: Run, steps: np.ndarray) -> np.ndarray:
    """Steps as epochs, by the run's own table of evaluations; steps where it has none."""
    table = run.eval
    if "step" in table and "epoch" in table and table.rows and table["step"][-1] > 0 and table["epoch"][-1] > 0:
        return np.asarray(steps) * (table["epoch"][-1] / table["step"][-1])
    return np.asarray(steps)


def accuracy(run: Run) -> tuple[np.ndarray, np.ndarray] | None:
    """Of the test set in per cent, where there is none of the validation set; by epochs."""
    for split in ("test", "validation"):
        rows = run.eval.where(split=split) if "split" in run.eval else run.eval
        if rows.rows and "accuracy" in rows:
            return _unique(_epochs(run, rows["step"]), 100 * rows["accuracy"])
    return None


def density(run: Run) -> tuple[np.ndarray, np.ndarray] | None:
    """Of the whole network in per cent; by epochs."""
    table = run.topology
    if "layer" not in table or not table.rows:
        return None
    rows = table.where(layer=-1)
    return _unique(_epochs(run, rows["step"]), 100 * rows["density"])


def survival(run: Run) -> tuple[np.ndarray, np.ndarray] | None:
    """The share of the first snapshot's connections that each snapshot has, in per cent; by epochs."""
    if len(run.snapshots) < 2:
        return None
    found = metrics(run, "evolution", settings={"track": "none"})
    series = [one for one in found["evolution"].values() if one]
    first = np.array([one["edges"][0] for one in series], dtype=float)
    if not first.sum():
        return None
    shares = np.array([[np.nan if share is None else share for share in one["survival"]] for one in series])
    shares[first == 0] = 0.0  # a layer that had none has none to lose
    return _unique(_epochs(run, np.array(series[0]["steps"])), 100 * first @ shares / first.sum())


def _label_ends(axes, ends: list[tuple[float, float, str, str]]) -> None:
    """Names at the lines' ends, in their colours, none upon another."""
    figure = axes.figure
    low, high = axes.get_ylim()
    height = axes.get_position().height * figure.get_figheight() * 72
    least = (high - low) * 9 / max(height, 1)
    for (x, y, text, colour), at in zip(ends, spread([end[1] for end in ends], least)):
        axes.annotate(text, (x, y), xytext=(1.02, at), textcoords=axes.get_yaxis_transform(), color=colour, va="center",
                      fontsize=7, annotation_clip=False)


def draw(axes, groups: Sequence[Group], what: str) -> None:
    """A line for each group, with a band of 95 % of its mean where it has several seeds."""
    series: Series = {"accuracy": accuracy, "density": density, "survival": survival}[what]
    ends = []
    for k, group in enumerate(groups):
        found = [one for one in map(series, group.runs) if one is not None and len(one[0])]
        if len(found) < len(group.runs):
            tell([f"plot: {group.name}: {len(group.runs) - len(found)} of {len(group.runs)} runs have not what {what} needs, and are left out"])
        if not found:
            continue
        line: Band = band(found)
        if len(line.x) == 0:
            raise ConfigError(f"plot: the runs of {group.name} were evaluated at no common time")
        if line.x[-1] < max(x[-1] for x, _ in found):
            tell([f"plot: {group.name}: drawn to epoch {line.x[-1]:g}, the last that all of its runs have"])
        style = look(k)
        axes.plot(line.x, line.mean, label=group.label, **style)
        if line.half is not None:
            axes.fill_between(line.x, line.mean - line.half, line.mean + line.half, color=style["color"], alpha=0.15, linewidth=0)
        ends.append((float(line.x[-1]), float(line.mean[-1]), group.label, style["color"]))
    if not ends:
        raise ConfigError(f"plot: none of the runs has what --what {what} draws: {_needs[what]}")
    axes.set(xlabel="epoch", ylabel=_titles[what])
    axes.margins(x=0.01)
    _label_ends(axes, ends)
    if any(len(group.runs) > 1 for group in groups):
        axes.set_title("band: 95 % confidence of the mean over seeds", loc="left", color=GREY, fontsize=7)


_titles = {
    "accuracy": "test accuracy [%]",
    "density": "density [%]",
    "survival": "first connections still there [%]",
}
_needs = {
    "accuracy": "evaluations with an accuracy",
    "density": "rows of topology",
    "survival": "two snapshots or more, with connections in the first",
}
