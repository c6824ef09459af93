"""Finding runs below folders, and one table of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Iterable

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier._notices import tell
from espalier.runs import Run, Table


def find_runs(*places: str | os.PathLike[str]) -> list[Run]:
    """All runs in these places, in order of their paths: a place is a run file, or a folder in which every run.h5 at any depth is one,
    as for ``espalier collect``.

    :raises ConfigError: for no place, one that is not there, or a folder without runs
    """
    if not places:
        raise ConfigError("find_runs: where?")
    runs: list[Run] = []
    for place in map(Path, places):
        if place.is_file():
            runs.append(Run(place))
            continue
        if not place.is_dir():
            raise ConfigError(f"no such file or folder: {place}")
        found = sorted(place.rglob("run.h5"))
        if not found:
            raise ConfigError(f"{place}: no run.h5 in it, at any depth")
        runs += [Run(file) for file in found]
    return runs


def collect(*places: str | os.PathLike[str], columns: Iterable[str] = (), mean: bool = False, epochs: bool = False) -> Table:
    """One table of many runs, as ``espalier collect`` writes it: folder, name, seed, status, the keys of the configuration in which the
    runs differ, and all results. ``es.collect("runs/methods", mean=True).to_dataframe()`` is one for pandas.

    A number that a run lacks is NaN, a text that it lacks None; a file that cannot be read keeps a row that says so, and is told by a
    :class:`Notice`.

    :param places: run files, and folders with run files at any depth
    :param columns: keys of the configuration that shall be columns even where all runs agree
    :param mean: one row for finished runs that differ in the seed alone: mean, sample standard deviation (``<result>_std``), half of
        Student's 95 % confidence interval (``<result>_ci95``), and ``n``
    :param epochs: one row an evaluation of each run
    :raises ConfigError: for no place, one that is not there, a folder without runs, or an unknown column
    """
    if not places:
        raise ConfigError("collect: of which runs?")
    if mean and epochs:
        raise ConfigError("collect: mean is over seeds, epochs is of each run; one of them")
    if isinstance(columns, str):
        columns = [columns]
    rows = "means" if mean else "evaluations" if epochs else "runs"
    found, unreadable = _core.collect([os.fspath(place) for place in places], list(columns), rows)
    if unreadable:
        tell([unreadable])
    return Table("the collected runs", {name: _column(values) for name, values in found.items()})


def _column(values: list[Any]) -> np.ndarray:
    """Whole numbers, numbers with NaN where there is none, or whatever there is."""
    known = [value for value in values if value is not None]
    if known and len(known) == len(values) and all(type(value) is int for value in known):
        return np.array(values, dtype=np.int64)
    if all(isinstance(value, (int, float)) for value in known):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=object)
