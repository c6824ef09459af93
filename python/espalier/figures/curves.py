"""Accuracy, density and survival of connections over training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Callable, Sequence

import numpy as np

from espalier._core import ConfigError
from espalier._notices import tell
from espalier.figures.groups import Band, Group, band
from espalier.figures.labels import LINE, letters, short, spread, wrapped
from espalier.figures.style import GREY, look
from espalier.measures import metrics
from espalier.runs import Run

Series = Callable[[Run], "tuple[np.ndarray, np.ndarray] | None"]


@dataclass
class Curve:
    """What is drawn of one group."""

    group: Group
    line: Band
    seeds: int
    epochs_a_step: float | None


def height(width: float, groups: Sequence[Group]) -> float:
    """Inches that give every line's name a place beside it."""
    return max(0.62 * width, 2.0, len(groups) * LINE / 72 + 0.8)


def _unique(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ascending x, the last y of each."""
    order = np.argsort(x, kind="stable")
    x, y = np.asarray(x)[order], np.asarray(y, dtype=float)[order]
    last = np.append(x[1:] != x[:-1], True) if len(x) else np.array([], dtype=bool)
    return x[last], y[last]


def _epochs_a_step(run: Run) -> float | None:
    """By the run's own table of evaluations."""
    table = run.eval
    if "step" in table and "epoch" in table and table.rows and table["step"][-1] > 0 and table["epoch"][-1] > 0:
        return float(table["epoch"][-1] / table["step"][-1])
    return None


def accuracy(run: Run, split: str) -> tuple[np.ndarray, np.ndarray] | None:
    """In per cent; by steps."""
    rows = run.eval.where(split=split) if "split" in run.eval else run.eval
    return _unique(rows["step"], 100 * rows["accuracy"]) if rows.rows and "accuracy" in rows else None


def density(run: Run) -> tuple[np.ndarray, np.ndarray] | None:
    """Of the whole network in per cent, to the end of the run; by steps."""
    table = run.topology
    if "layer" not in table or not table.rows:
        return None
    rows = table.where(layer=-1)
    steps, shares = rows["step"], 100 * rows["density"]
    if len(steps) and "step" in run.eval and run.eval.rows and run.eval["step"][-1] > steps[-1]:
        steps, shares = np.append(steps, run.eval["step"][-1]), np.append(shares, shares[-1])  # rows are changes
    return _unique(steps, shares)


def survival(run: Run) -> tuple[np.ndarray, np.ndarray] | None:
    """The share of the first snapshot's connections that each snapshot has, in per cent; by steps."""
    if len(run.snapshots) < 2:
        return None
    found = metrics(run, "evolution", settings={"track": "none"})
    series = [one for one in found["evolution"].values() if one]
    first = np.array([one["edges"][0] for one in series], dtype=float)
    if not first.sum():
        return None
    shares = np.array([[np.nan if share is None else share for share in one["survival"]] for one in series])
    shares[first == 0] = 0.0  # a layer that had none has none to lose
    return _unique(np.array(series[0]["steps"]), 100 * first @ shares / first.sum())


def _curve(group: Group, what: str, series: Series) -> Curve | None:
    """Nothing where no run of the group has what is asked for."""
    found = [one for one in map(series, group.runs) if one is not None and len(one[0])]
    if len(found) < len(group.runs):
        tell([f"plot: {group.name}: {len(group.runs) - len(found)} of {len(group.runs)} runs have not what {what} needs, and are left out"])
    if not found:
        return None
    line, scale = band(found), _epochs_a_step(group.runs[0])
    if len(line.x) == 0:
        raise ConfigError(f"plot: the runs of {group.name} were evaluated at no common time")
    if (last := max(x[-1] for x, _ in found)) > line.x[-1]:
        till = f"epoch {line.x[-1] * scale:g}" if scale else f"step {line.x[-1]}"
        tell([f"plot: {group.name}: drawn to {till}, the last that all of its runs have"])
    return Curve(group, line, len(found), scale)


def _label_ends(axes, ends: Sequence[tuple[float, float]], names: Sequence[str], colours: Sequence[str]) -> None:
    """Names at the lines' ends, in their colours, none upon another."""
    axes.figure.draw_without_rendering()  # which lays the panel out
    low, high = axes.get_ylim()
    least = (high - low) * LINE / (axes.get_position().height * axes.figure.get_figheight() * 72)
    if least * (len(ends) - 1) > 1.1 * (high - low):
        raise ConfigError(f"plot: the names of {len(ends)} lines need more height: leave it out, or give fewer runs")
    for (x, y), text, colour, at in zip(ends, names, colours, spread([y for _, y in ends], least, low, high)):
        axes.annotate(text, (x, y), xytext=(1.02, at), textcoords=axes.get_yaxis_transform(), color=colour, va="center",
                      fontsize=7, annotation_clip=False)


def _names(curves: Sequence[Curve], most: int) -> tuple[list[str], str]:
    """Of lines, and what the bands are; the number of seeds where it differs from line to line."""
    counts = {curve.seeds for curve in curves}
    said = [f" ({curve.seeds} seeds)" if len(counts) > 1 and curve.seeds > 1 else "" for curve in curves]
    names = short([curve.group.name for curve in curves], most - max(map(len, said)))
    seeds = f"{min(counts)} seeds" if len(counts) == 1 else "seeds"
    return [name + more for name, more in zip(names, said)], f"band: 95 % confidence of the mean over {seeds}" if max(counts) > 1 else ""


def _split(groups: Sequence[Group]) -> str:
    """Whose accuracies are drawn: the test set's, where no run has them the validation set's."""
    for split in ("test", "validation"):
        if any(accuracy(run, split) for group in groups for run in group.runs):
            return split
    return "test"


def draw(axes, groups: Sequence[Group], what: str) -> None:
    """A line for each group, with a band of 95 % of its mean where it has several seeds."""
    split = _split(groups) if what == "accuracy" else ""
    series: Series = {"accuracy": partial(accuracy, split=split), "density": density, "survival": survival}[what]
    curves = [curve for group in groups if (curve := _curve(group, what, series)) is not None]
    if not curves:
        raise ConfigError(f"plot: none of the runs has what --what {what} draws: {_needs[what]}")
    in_epochs = all(curve.epochs_a_step for curve in curves)
    step = "post" if what == "density" else None
    ends, styles = [], [look(groups.index(curve.group)) for curve in curves]
    for curve, style in zip(curves, styles):
        line, x = curve.line, curve.line.x * (curve.epochs_a_step if in_epochs else 1)
        axes.plot(x, line.mean, label=curve.group.name, drawstyle=f"steps-{step}" if step else None, **style)
        if line.half is not None:
            axes.fill_between(x, line.mean - line.half, line.mean + line.half, step=step, color=style["color"], alpha=0.15, linewidth=0)
        ends.append((float(x[-1]), float(line.mean[-1])))
    axes.set(xlabel="epoch" if in_epochs else "step", ylabel=_titles[what].format(split=split))
    if max(x for x, _ in ends) >= 3:
        axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.01)
    names, bands = _names(curves, letters(0.42 * axes.figure.get_figwidth()))
    if bands:
        axes.set_title(wrapped(bands, axes.figure.get_figwidth() - 0.6), loc="left", color=GREY, fontsize=7)
    _label_ends(axes, ends, names, [style["color"] for style in styles])


_titles = {
    "accuracy": "{split} accuracy [%]",
    "density": "density [%]",
    "survival": "first connections left [%]",
}
_needs = {
    "accuracy": "evaluations with an accuracy",
    "density": "rows of topology",
    "survival": "two snapshots or more, with connections in the first",
}
