"""How figures look and are written: journal widths, colours that the colour-blind tell apart, dashes beside them, sharp in print,
the same bytes each time. Needs nothing compiled: the benchmarks' report draws with it too."""

from __future__ import annotations

import fcntl
import glob
import os
import platform
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Widths in millimetres: of one column of a journal of two, of the text of a page, and of both columns.
WIDTHS = {"column": 85.0, "text": 140.0, "page": 178.0}

#: Okabe and Ito's, those that stand out on white first.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
DASHES = ((), (5, 1.5), (1.5, 1.2), (5, 1.2, 1.2, 1.2), (8, 2), (3, 1, 1, 1, 1, 1), (1, 2))
GREY = "#595959"  # 7 to 1 against white

RC = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.linewidth": 0.5,
    "grid.color": "#dddddd",
    "axes.linewidth": 0.6,
    "axes.prop_cycle": f"cycler('color', {list(COLOURS)})",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.2,
    "lines.markersize": 3,
    "patch.linewidth": 0.5,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,  # text stays text, which journals ask for
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "espalier",  # the same figure is the same file
}


def inches(width: str | float) -> float:
    """Of "column", "text", "page" or a number of millimetres.

    :raises ConfigError: for another word, or below 40 or above 400 mm
    """
    if isinstance(width, str) and width in WIDTHS:
        return WIDTHS[width] / 25.4
    try:
        millimetres = float(width)
    except ValueError:
        raise _mistake(f"width '{width}' is not known; known: {', '.join(WIDTHS)}, or millimetres") from None
    if not 40 <= millimetres <= 400:
        raise _mistake(f"width {millimetres:g} mm must be from 40 to 400")
    return millimetres / 25.4


def _mistake(what: str) -> Exception:
    from espalier._core import ConfigError

    return ConfigError(what)


@contextmanager
def styled() -> Iterator[None]:
    """Inside, figures are made in this style; whatever the caller has set for others stays as it is."""
    import matplotlib

    with matplotlib.rc_context(RC):
        yield


def use() -> None:
    """Makes this the style of every figure of the process, for notebooks: a little larger, for screens."""
    import matplotlib

    larger = {"figure.dpi": 110, "figure.figsize": (7, 4), "font.size": 9, "axes.titlesize": 9, "axes.labelsize": 9}
    matplotlib.rcParams.update(RC | larger | {"figure.constrained_layout.h_pad": 0.08})


def look(k: int) -> dict:
    """Colour and dashes of the k-th line; after 49 they come again."""
    turn = k // len(COLOURS)
    return {
        "color": COLOURS[k % len(COLOURS)],
        "dashes": DASHES[(k + turn) % len(DASHES)] or (None, None),
    }


def blank(width: float, height: float, rows: int = 1, cols: int = 1, **panels: Any) -> tuple[Figure, Any]:
    """A figure of so many inches and its panels [rows, cols]. Without pyplot, which would keep it and want a screen."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure, figure.subplots(rows, cols, squeeze=False, **panels)


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Writes a figure without the time it was written at, whole or not at all."""
    path = Path(path)
    remove_abandoned_parts(path)
    part = path.with_name(f"{front_of_parts(path)}{os.getpid()}")
    empty = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}
    try:
        with part.open("wb") as written:
            fcntl.flock(written, fcntl.LOCK_SH)
            with styled():
                figure.savefig(written, format=path.suffix[1:], metadata=empty.get(path.suffix, {"Software": None}))
            written.flush()
            os.fsync(written.fileno())
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def front_of_parts(path: Path) -> str:
    """The name of what save() fills, but for the process: on another machine nobody knows whether that one lives."""
    return f".{path.name}.part-{platform.node()}-"


def remove_abandoned_parts(path: Path) -> None:
    """What save() left beside a figure when its process was killed, on this machine: nobody has locked it."""
    for part in path.parent.glob(f"{glob.escape(front_of_parts(path))}*"):
        try:
            with part.open("rb+") as left:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                part.unlink()
        except OSError:  # its process lives, or has just ended
            pass
