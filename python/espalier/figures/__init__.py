"""Figures for papers, with Matplotlib: vectors in a journal's width, bands of confidence, colours for all eyes.

``es.plot(["runs/set-s0", "runs/set-s1"], "accuracy", out="accuracy.pdf")``; ``espalier plot`` is the same from the command line.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from espalier._core import ConfigError
from espalier._notices import tell
from espalier.figures import curves, drawing, final, layers, maps
from espalier.figures.groups import Group, grouped
from espalier.figures.style import blank, inches, save, styled, use
from espalier.finding import find_runs
from espalier.plotting import Runs, plot
from espalier.runs import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: What can be drawn, and what it is.
WHAT = {
    "accuracy": "test accuracy over epochs; runs that differ by seed alone are a line with a 95 % confidence band",
    "final": "test accuracy at the end: a point a kind of runs with its 95 % confidence interval, and a dot a seed",
    "density": "density of the whole network over epochs",
    "nnstd": "distances between the last topologies of runs, or between the snapshots of one",
    "spectrum": "singular values of each sparse layer's mask, first and last snapshot, beside the Ramanujan bound",
    "degrees": "share of neurons with at least so many connections, by layer",
    "survival": "share of the first connections that are still there, over epochs",
    "graph": "the layers of one network and their largest weights",
}

#: Kinds that show accuracies.
ACCURACIES = ("accuracy", "final")

FORMATS = (".pdf", ".svg", ".png")

__all__ = ["FORMATS", "WHAT", "plot", "save", "styled", "use"]


def drawn(
    runs: Runs, what: str, out: str | os.PathLike[str] | None, width: str | float, height: float | None, split: str | None,
    start: float | None, force: bool,
) -> Figure:
    """What ``espalier.plotting.plot`` is asked for."""
    if what not in WHAT:
        raise ConfigError(f"plot: '{what}' is not known; known: {', '.join(WHAT)}")
    for name, given in (("split", split), ("from", start)):
        if given is not None and what not in ACCURACIES:
            raise ConfigError(f"--{name} is for --what {' and '.join(ACCURACIES)}, not for {what}")
    path = None if out is None else _checked(Path(out), force)
    many = [runs] if isinstance(runs, (Run, str, os.PathLike)) else list(runs)
    groups = grouped(found for run in many for found in ([run] if isinstance(run, Run) else find_runs(run)))
    _check(groups, what)
    asked = _Asked(what, inches(width), None if height is None else height / 25.4, split, start)
    with styled():
        figure = _DRAW[what](groups, asked)
        if path is not None:
            save(figure, path)
    return figure


@dataclass
class _Asked:
    """The kind of figure, inches, and of accuracies whose and from where on."""

    what: str
    width: float
    height: float | None
    split: str | None
    start: float | None


def _check(groups: list[Group], what: str) -> None:
    runs = [run for group in groups for run in group.runs]
    for run in runs:
        if what not in ("accuracy", "final", "density") and not len(run.snapshots):
            raise ConfigError(f"plot --what {what}: {run.path} has no snapshots")
    unfinished = [run for run in runs if run.status != "finished"]
    if unfinished and what != "final":
        tell([f"plot: {len(unfinished)} of {len(runs)} runs are not finished, {unfinished[0].path} ({unfinished[0].status}) the first: "
              "drawn as far as they are"])


def _checked(path: Path, force: bool) -> Path:
    if path.suffix not in FORMATS:
        raise ConfigError(f"--out {path}: the name must end in {', '.join(FORMATS)}")
    if path.exists() and not force:
        raise ConfigError(f"--out {path}: there is such a file already; another name, or --force to replace it")
    if not path.absolute().parent.is_dir():
        raise ConfigError(f"--out {path}: there is no such folder")
    return path


def _draw_curves(groups: list[Group], asked: _Asked) -> Figure:
    figure, panels = blank(asked.width, asked.height or curves.height(asked.width, groups))
    curves.draw(panels[0, 0], groups, asked.what, asked.split, asked.start)
    return figure


def _draw_final(groups: list[Group], asked: _Asked) -> Figure:
    figure, panels = blank(asked.width, asked.height or final.height(groups))
    final.draw(panels[0, 0], groups, asked.split, asked.start)
    return figure


def _draw_map(groups: list[Group], asked: _Asked) -> Figure:
    figure, panels = blank(asked.width, asked.height or 0.75 * asked.width)
    maps.draw(panels[0, 0], groups, asked.what, square=asked.height is None)
    return figure


def _draw_layers(groups: list[Group], asked: _Asked) -> Figure:
    names, note = layers.sparse_layers(groups, asked.what)
    cols = min(len(names), max(1, round(asked.width / 2.2)))
    rows = -(-len(names) // cols)
    figure, panels = blank(asked.width, asked.height or 1.7 * rows + 0.4, rows, cols)
    (layers.draw_spectra if asked.what == "spectrum" else layers.draw_degrees)(panels.ravel()[: len(names)], groups, names)
    layers.arrange(figure, panels, groups, names, layers.titles(asked.what, note), grow=asked.height is None)
    return figure


def _draw_graph(groups: list[Group], asked: _Asked) -> Figure:
    if len(groups) > 1 or len(groups[0].runs) > 1:
        raise ConfigError("plot --what graph: draws one run; give one")
    figure, panels = blank(asked.width, asked.height or 0.8 * asked.width)
    drawing.draw(panels[0, 0], groups)
    return figure


_DRAW = {
    "accuracy": _draw_curves,
    "final": _draw_final,
    "density": _draw_curves,
    "nnstd": _draw_map,
    "spectrum": _draw_layers,
    "degrees": _draw_layers,
    "survival": _draw_curves,
    "graph": _draw_graph,
}
