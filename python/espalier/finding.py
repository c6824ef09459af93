"""Finding runs below folders."""

from __future__ import annotations

import os
from pathlib import Path

from espalier._core import ConfigError
from espalier.runs import Run


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
