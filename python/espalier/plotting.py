"""Drawing runs; Matplotlib is loaded when something is drawn."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterable, Union

from espalier.runs import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Runs = Union[Run, str, os.PathLike, Iterable[Union[Run, str, os.PathLike]]]


def plot(
    runs: Runs,
    what: str = "accuracy",
    out: str | os.PathLike[str] | None = None,
    *,
    width: str | float = "column",
    height: float | None = None,
    split: str | None = None,
    start: float | None = None,
    force: bool = False,
) -> Figure:
    """Draws runs for a paper, and writes the figure where it is told to; with Matplotlib.

    :param runs: run files, folders with runs at any depth, or opened runs; one or several. Those that differ by seed alone are one
        line with a 95 % confidence band
    :param what: "accuracy", "final", "density", "survival", "nnstd", "spectrum", "degrees" or "graph": ``es.figures.WHAT`` describes them
    :param out: a file that ends in .pdf, .svg or .png (300 dpi); the same figure gives the same bytes
    :param width: "column" (85 mm), "text" (140 mm), "page" (178 mm), or millimetres
    :param height: millimetres; by the kind of figure where it is not given
    :param split: whose accuracy, "test" or "validation"; where it is not given that of the test set, or where no run has one, which a
        notice says, of validation
    :param start: per cent at which an axis of accuracies begins; where it is not given that of "accuracy" leaves out the first tenth of
        training where much room is won by that, and says so
    :param force: replace the file
    :returns: Matplotlib's figure, to be changed further or shown
    :raises ConfigError: for another kind, width or file; where runs lack what the figure needs, or some of them a test set;
        where ``out`` exists already
    """
    from espalier import figures

    return figures.drawn(runs, what, out, width, height, split, start, force)
