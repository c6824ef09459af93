"""Accuracy, density and survival of connections over training."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Callable, Sequence

import numpy as np

from espalier._core import ConfigError
from espalier._notices import tell
from espalier.figures.accuracies import Axis, accuracy, automatic_axis, axis_from, chosen_split
from espalier.figures.groups import Band, Group, band, unique
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


def _epochs_a_step(run: Run) -> float | None:
    """By the run's own table of evaluations."""
    table = run.eval
    if "step" in table and "epoch" in table and table.rows and table["step"][-1] > 0 and table["epoch"][-1] > 0:
        return float(table["epoch"][-1] / table["step"][-1])
    return None


def density(run: Run) -> tuple[np.ndarray, np.ndarray] | None:
    """Of the whole network in per cent, to the end of the run; by steps."""
    table = run.topology
    if "layer" not in table or not table.rows:
        return None
    rows = table.where(layer=-1)
    steps, shares = rows["step"], 100 * rows["density"]
    if len(steps) and "step" in run.eval and run.eval.rows and run.eval["step"][-1] > steps[-1]:
        steps, shares = np.append(steps, run.eval["step"][-1]), np.append(shares, shares[-1])  # rows are changes
    return unique(steps, shares)


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
    return unique(np.array(series[0]["steps"]), 100 * first @ shares / first.sum())


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


def seeds_said(groups: Sequence[tuple[str, int]]) -> str:
    """"5 seeds", and whose are other: "5 seeds (rigl: 2)"; nothing where none has several."""
    counts = [count for _, count in groups]
    usual = max(counts, key=lambda count: (counts.count(count), count))
    others = ", ".join(f"{name}: {count}" for name, count in groups if count != usual)
    return "" if max(counts) == 1 else f"{usual} seed{'s' if usual > 1 else ''}" + (f" ({others})" if others else "")


def _axis_of(curves: Sequence[Curve], xs: Sequence[np.ndarray], start: float | None) -> Axis | None:
    if start is None:
        return automatic_axis(xs, [curve.line for curve in curves])
    return axis_from(start, [(curve.group.name, curve.line.mean) for curve in curves])


def _draw_line(axes, curve: Curve, x: np.ndarray, style: dict, step: str | None) -> None:
    line = curve.line
    axes.plot(x, line.mean, label=curve.group.name, drawstyle=f"steps-{step}" if step else None, **style)
    if line.half is not None:
        axes.fill_between(x, line.mean - line.half, line.mean + line.half, step=step, color=style["color"], alpha=0.15, linewidth=0)


def _scale(axes, what: str, split: str, in_epochs: bool, end: float, shown: Axis | None) -> None:
    axes.set(xlabel="epoch" if in_epochs else "step", ylabel=f"{split} accuracy [%]" if what == "accuracy" else _titles[what])
    if end >= 1:
        axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.01)
    if shown is not None:
        axes.set_ylim(shown.low, shown.high)
        if shown.step is not None:
            axes.set_yticks(np.arange(shown.low, shown.high + 0.5 * shown.step, shown.step))


def draw(axes, groups: Sequence[Group], what: str, split: str | None = None, start: float | None = None) -> None:
    """A line for each group, with a band of 95 % of its mean where it has several seeds.

    :param split: of accuracies; chosen_split() where it is not given
    :param start: where an axis of accuracies begins, in per cent; automatic_axis() where it is not given
    """
    if what == "accuracy":
        split = chosen_split([run for group in groups for run in group.runs], what, split)
    series: Series = {"accuracy": partial(accuracy, split=split), "density": density, "survival": survival}[what]
    curves = [curve for group in groups if (curve := _curve(group, what, series)) is not None]
    if not curves:
        raise ConfigError(f"plot: none of the runs has what --what {what} draws: {_needs[what]}")
    in_epochs = all(curve.epochs_a_step for curve in curves)
    xs = [curve.line.x * (curve.epochs_a_step if in_epochs else 1) for curve in curves]
    styles = [look(groups.index(curve.group)) for curve in curves]
    for curve, x, style in zip(curves, xs, styles):
        _draw_line(axes, curve, x, style, "post" if what == "density" else None)
    shown = _axis_of(curves, xs, start) if what == "accuracy" else None
    _scale(axes, what, split or "", in_epochs, max(x[-1] for x in xs), shown)
    names = short([curve.group.name for curve in curves], letters(0.42 * axes.figure.get_figwidth()))
    seeds = seeds_said(list(zip(names, (curve.seeds for curve in curves))))
    words = [f"band: 95 % confidence of the mean over {seeds}" if seeds else "", shown.words if shown else ""]
    if any(words):
        axes.set_title(wrapped("; ".join(filter(None, words)), axes.figure.get_figwidth() - 0.6), loc="left", color=GREY, fontsize=7)
    ends = [(float(x[-1]), float(curve.line.mean[-1])) for curve, x in zip(curves, xs)]
    _label_ends(axes, ends, names, [style["color"] for style in styles])


_titles = {
    "density": "density [%]",
    "survival": "first connections left [%]",
}
_needs = {
    "accuracy": "evaluations with an accuracy",
    "density": "rows of topology",
    "survival": "two snapshots or more, with connections in the first",
}
