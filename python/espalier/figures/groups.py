"""Runs that differ by their seed alone are one group: a line with a band."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Iterable, Sequence

import numpy as np

from espalier._core import ConfigError
from espalier.runs import Run

#: Two-sided 95 % points of Student's t for 1, 2, ... degrees of freedom; beyond them the normal one, off by less than 4 %.
_STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
            2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042)

#: Keys in which runs of one group may differ.
_NO_KIND = ("seed", "training.order_seed", "name", "data.root", "model.crossovers")


@dataclass
class Group:
    """Runs of one kind."""

    name: str
    runs: list[Run] = field(default_factory=list)


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{key}.")
        else:
            found[prefix + key] = value
    return found


def _kind(run: Run) -> tuple:
    """What runs of one group have in common: all but seed, name and where files lie."""
    if not run.config_text:
        return (("run", run.name),)
    settings = _flat(run.config)
    return tuple(sorted((key, repr(value)) for key, value in settings.items() if key not in _NO_KIND))


def _names(kinds: Sequence[tuple], groups: Sequence[list[Run]]) -> list[str]:
    """By what differs, the order of the runs apart: names of runs where they do, then as few keys as tell the rest apart, the method
    before others: "rigl", "rigl, density 0.05"."""
    own = [members[0].name if len({run.name for run in members}) == 1 else "" for members in groups]
    names = own if len(set(own)) > 1 or len(groups) == 1 else [""] * len(groups)
    tables = [dict(kind) for kind in kinds]
    keys = _in_order(groups)
    while len(set(names)) < len(names):
        longer = [_with(names, key, tables) for key in keys]
        best = max(longer, key=lambda one: len(set(one)), default=names)
        if "sparsity.method" in keys and len(set(longer[0])) > len(set(names)):
            best = longer[0]
        if len(set(best)) == len(set(names)):
            break
        names = best
    names = [name or members[0].name for name, members in zip(names, groups)]
    return [name if names.count(name) == 1 else f"{name} ({members[0].path.parent})" for name, members in zip(names, groups)]


def _in_order(groups: Sequence[list[Run]]) -> list[str]:
    """Keys as the configurations have them, the method first."""
    keys = dict.fromkeys(key for members in groups if members[0].config_text for key in _flat(members[0].config))
    return sorted((key for key in keys if key not in _NO_KIND), key=lambda key: key != "sparsity.method")


def _with(names: Sequence[str], key: str, tables: Sequence[dict[str, str]]) -> list[str]:
    """Names with a key's value behind those that are alike so far and differ in it."""
    values: dict[str, set] = {}
    for name, table in zip(names, tables):
        values.setdefault(name, set()).add(table.get(key))
    return [", ".join(filter(None, (name, _said(key, table.get(key, "none"))))) if len(values[name]) > 1 else name
            for name, table in zip(names, tables)]


def _said(key: str, value: str) -> str:
    text = value.strip("'")
    return text if key == "sparsity.method" else f"{key.rpartition('.')[2].replace('_', ' ')} {text}"


def grouped(runs: Iterable[Run]) -> list[Group]:
    """In order of first appearance.

    :raises ConfigError: without runs
    """
    by_kind: dict[tuple, list[Run]] = {}
    for run in runs:
        by_kind.setdefault(_kind(run), []).append(run)
    if not by_kind:
        raise ConfigError("plot: which runs?")
    names = _names(list(by_kind), list(by_kind.values()))
    return [Group(name, members) for name, members in zip(names, by_kind.values())]


@dataclass
class Band:
    """Mean of several series, and the 95 % confidence interval of that mean; without one where a single series is."""

    x: np.ndarray
    mean: np.ndarray
    half: np.ndarray | None


def unique(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ascending x, the last y of each."""
    order = np.argsort(x, kind="stable")
    x, y = np.asarray(x)[order], np.asarray(y, dtype=float)[order]
    last = np.append(x[1:] != x[:-1], True) if len(x) else np.array([], dtype=bool)
    return x[last], y[last]


def band(series: Sequence[tuple[np.ndarray, np.ndarray]]) -> Band:
    """Over the x that all of the series have.

    The interval is Student's t over the series: mean +- t(0.975, n - 1) s / sqrt(n).

    :param series: pairs of x and y, [n] each
    """
    x = np.asarray(series[0][0])
    for other, _ in series[1:]:
        x = np.intersect1d(x, other)
    values = np.array([np.asarray(y)[np.searchsorted(at, x)] for at, y in series], dtype=float)
    if len(series) == 1:
        return Band(x, values[0], None)
    freedom = len(series) - 1
    point = _STUDENT[freedom - 1] if freedom <= len(_STUDENT) else 1.96
    return Band(x, values.mean(axis=0), point * values.std(axis=0, ddof=1) / math.sqrt(len(series)))
