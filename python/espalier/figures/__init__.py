"""Figures for papers, with Matplotlib: vectors in a journal's width, bands of confidence, colours for all eyes.

``es.plot(["runs/set-s0", "runs/set-s1"], "accuracy", out="accuracy.pdf")``; ``espalier plot`` is the same from the command line.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable

from espalier._core import ConfigError
from espalier.figures import curves, drawing, layers, maps
from espalier.figures.groups import Group, grouped
from espalier.figures.style import blank, inches, save, styled, use
from espalier.finding import find_runs
from espalier.runs import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: What can be drawn, and what it is.
WHAT = {
    "accuracy": "test accuracy over epochs; runs that differ by seed alone are a line with a 95 % confidence band",
    "density": "density of the whole network over epochs",
    "nnstd": "distances between the last topologies of runs, or between the snapshots of one",
    "spectrum": "singular values of each sparse layer's mask, first and last snapshot, beside the Ramanujan bound",
    "degrees": "share of neurons with at least so many connections, by layer",
    "survival": "share of the first connections that are still there, over epochs",
    "graph": "the layers of one network and their largest weights",
}

FORMATS = (".pdf", ".svg", ".png")

__all__ = ["FORMATS", "WHAT", "plot", "save", "styled", "use"]


def plot(
    runs: Run | str | os.PathLike[str] | Iterable[Run | str | os.PathLike[str]],
    what: str = "accuracy",
    out: str | os.PathLike[str] | None = None,
    *,
    width: str | float = "column",
    height: float | None = None,
    force: bool = False,
) -> Figure:
    """Draws runs, and writes the figure where it is told to.

    :param runs: run files, folders with runs at any depth, or opened runs; one or several
    :param what: one of ``es.figures.WHAT``
    :param out: a file that ends in .pdf, .svg or .png (300 dpi); the same figure gives the same bytes
    :param width: "column" (85 mm), "text" (140 mm), "page" (178 mm), or millimetres
    :param height: millimetres; by the kind of figure where it is not given
    :param force: replace the file
    :returns: the figure, to be changed further or shown
    :raises ConfigError: for another kind, width or file; where runs lack what the figure needs; where `out` exists already
    """
    if what not in WHAT:
        raise ConfigError(f"plot: '{what}' is not known; known: {', '.join(WHAT)}")
    path = None if out is None else _checked(Path(out), force)
    many = [runs] if isinstance(runs, (Run, str, os.PathLike)) else list(runs)
    groups = grouped(found for run in many for found in ([run] if isinstance(run, Run) else find_runs(run)))
    for group in groups:
        for run in group.runs:
            if what not in ("accuracy", "density") and not len(run.snapshots):
                raise ConfigError(f"plot --what {what}: {run.path} has no snapshots")
    with styled():
        figure = _DRAW.get(what, _draw_curves)(groups, what, inches(width), None if height is None else height / 25.4)
        if path is not None:
            save(figure, path)
    return figure


def _checked(path: Path, force: bool) -> Path:
    if path.suffix not in FORMATS:
        raise ConfigError(f"--out {path}: the name must end in {', '.join(FORMATS)}")
    if path.exists() and not force:
        raise ConfigError(f"--out {path}: there is such a file already; another name, or --force to replace it")
    if not path.absolute().parent.is_dir():
        raise ConfigError(f"--out {path}: there is no such folder")
    return path


def _draw_curves(groups: list[Group], what: str, width: float, height: float | None) -> Figure:
    figure, panels = blank(width, height or curves.height(width, groups))
    curves.draw(panels[0, 0], groups, what)
    return figure


def _draw_map(groups: list[Group], what: str, width: float, height: float | None) -> Figure:
    figure, panels = blank(width, height or 0.75 * width)
    maps.draw(panels[0, 0], groups, what, square=height is None)
    return figure


def _draw_layers(groups: list[Group], what: str, width: float, height: float | None) -> Figure:
    names, note = layers.sparse_layers(groups, what)
    cols = min(len(names), max(1, round(width / 2.2)))
    rows = -(-len(names) // cols)
    figure, panels = blank(width, height or 1.7 * rows + 0.4, rows, cols)
    (layers.draw_spectra if what == "spectrum" else layers.draw_degrees)(panels.ravel()[: len(names)], groups, names)
    layers.arrange(figure, panels, groups, names, layers.titles(what, note), grow=height is None)
    return figure


def _draw_graph(groups: list[Group], what: str, width: float, height: float | None) -> Figure:
    if len(groups) > 1 or len(groups[0].runs) > 1:
        raise ConfigError("plot --what graph: draws one run; give one")
    figure, panels = blank(width, height or 0.8 * width)
    drawing.draw(panels[0, 0], groups)
    return figure


_DRAW = {"nnstd": _draw_map, "spectrum": _draw_layers, "degrees": _draw_layers, "graph": _draw_graph}
