"""Espalier: sparse neural network research with a graph-theoretic topology toolkit.

Topologies come from NumPy, SciPy, PyTorch and JAX arrays, from state dicts and from files; metrics, distances, generators and
null models look at them; runs are trained, resumed, swept and read. docs/python.md is the place to begin.

Names are those of the command line. Errors are :class:`Error`: :class:`ConfigError` and :class:`FormatError` are
``ValueError`` too, :class:`IoError` is ``OSError``. What was left out or guessed is told by the warning :class:`Notice`.
Arrays that come from here are read-only. Long calls release the GIL, and Ctrl-C ends them.
"""

from __future__ import annotations

import importlib as _importlib

import numpy as _numpy

from espalier import _core

if int(_numpy.__version__.partition(".")[0]) >= 2 and not _core._knows_numpy_2:
    raise ImportError(
        f"this espalier was built with Debian's pybind11, for NumPy 1, and here is NumPy {_numpy.__version__}: "
        "`pip install .` in Espalier's folder makes one for this environment"
    )

from espalier import plugins
from espalier._core import ConfigError, Error, FormatError, IoError, NumericError, __version__
from espalier._notices import Notice
from espalier.alignment import Alignment, align, align_all, permuted
from espalier.distances import (
    DistanceMatrix,
    Matching,
    distance,
    distance_names,
    distance_table,
    nnstd,
    nnstd_joint,
    nnstd_layerwise,
)
from espalier.finding import collect, find_runs
from espalier.generators import generate, generator_names, initial_masks, null_model
from espalier.layer import Layer
from espalier.measures import Metrics, MetricsList, metric_names, metric_table, metrics
from espalier.plugins import callback, drop_rule, grow_rule, loss, metric
from espalier.plotting import plot
from espalier.runs import Run, Snapshots, Table
from espalier.runs import open_path as open
from espalier.tickets import Superposed, superpose, superpose_methods
from espalier.topology import Topology, topologies
from espalier.training import Result, configuration_keys, resolve, run, sweep
from espalier.writer import SnapshotWriter

plugins.load_listed()


def set_threads(count: int) -> None:
    """How many threads calls use that are not given another number; at first one a core. Results do not depend on it."""
    _core.set_threads(count)


def threads() -> int:
    """How many threads calls use."""
    return _core.threads()


def __dir__() -> list[str]:
    """What is for users, and the modules that are loaded when asked for."""
    return sorted({*__all__, "figures", "open", "torch"} | {name for name in globals() if name.startswith("__")})


def __getattr__(name: str) -> object:
    """`es.figures` and `es.torch` are loaded when they are asked for: they need Matplotlib and PyTorch."""
    if name in ("figures", "torch"):
        return _importlib.import_module(f"espalier.{name}")
    raise AttributeError(f"module 'espalier' has no attribute '{name}'")


_modules = ("alignment", "annotations", "distances", "finding", "generators", "layer", "measures", "plotting", "runs", "tickets",
            "topology", "training", "writer")
__all__ = [name for name in sorted(globals()) if not name.startswith("_") and name not in (*_modules, "open")] + ["__version__"]
