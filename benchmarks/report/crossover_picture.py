"""Crossover curves as a picture, in the style of the figures that Espalier draws of runs."""
import pathlib
import sys

import crossover_tables

# Two files of the Python package, by themselves: it is not built where the report is written.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "python" / "espalier" / "figures"))

import labels  # noqa: E402
import style  # noqa: E402


def figure(crossover):
    """A panel for each batch (rows) and width (columns): forward and backward of one layer over its density."""
    shapes = crossover_tables.shapes(crossover)
    cols = len({width for width, _ in shapes})
    rows = -(-len(shapes) // cols)
    with style.styled():
        made, panels = style.blank(style.inches("page"), 0.5 + 2.0 * rows, rows, cols)
        for axes, shape in zip(panels.ravel(), shapes):
            draw(axes, crossover_tables.of_shape(crossover, shape))
            axes.set_title(crossover_tables.title(shape), loc="left")
        for axes in panels[-1]:
            axes.set_xlabel("density")
        threads = crossover["threads"]
        made.supylabel("forward and backward of one layer,\n"
                       f"one batch, {threads} thread{'s' if threads > 1 else ''} [ms]", fontsize=8, multialignment="center")
        labels.below(made, panels[0, 0].lines, list(crossover_tables.NAMES.values()))
    return made


def draw(axes, points):
    """Milliseconds of each way; auto, which lies upon the better of two others, is wide and behind them."""
    for k, (way, name) in enumerate(crossover_tables.NAMES.items()):
        more = {"linewidth": 3.5, "dashes": (None, None), "alpha": 0.5, "zorder": 1.5} if way == "auto" else {}
        axes.plot([p["density"] for p in points], [1e3 * p["seconds"][way] for p in points], label=name, **(style.look(k) | more))
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        powers_of_ten(axis)


def powers_of_ten(axis):
    """Numbers at powers of ten, as people write them; ticks at 2 and 5 times those."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis.set_major_locator(LogLocator())
    axis.set_minor_locator(LogLocator(subs=(2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def write(crossover, path):
    """As SVG, the same bytes for the same numbers."""
    style.save(figure(crossover), path)
