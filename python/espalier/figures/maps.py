"""Distances between topologies as a map."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from espalier._core import ConfigError
from espalier.distances import distance
from espalier.figures.groups import Group
from espalier.figures.style import GREY

#: Networks in a map: beyond, a cell is narrower than a pixel of print.
MOST = 60


def _networks(groups: Sequence[Group]) -> tuple[list, list[str], str]:
    """The last snapshots of all runs; of a single run all its snapshots."""
    runs = [run for group in groups for run in group.runs]
    if len(runs) > 1:
        names = [f"{group.name}, seed {run.seed}" if len(group.runs) > 1 else group.name for group in groups for run in group.runs]
        return [run.snapshots[-1] for run in runs], names, "last snapshots"
    steps = runs[0].snapshots.steps
    if len(steps) < 2:
        raise ConfigError(f"plot --what nnstd: {runs[0].path} has one snapshot; give several runs, or one with several snapshots")
    chosen = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), MOST)).round().astype(int))
    note = "" if len(chosen) == len(steps) else f" ({len(chosen)} of {len(steps)})"
    return [runs[0].snapshots[int(k)] for k in chosen], [f"step {steps[k]}" for k in chosen], f"snapshots of {runs[0].name}{note}"


def draw(axes, groups: Sequence[Group], metric: str = "nnstd") -> None:
    """A cell for each pair, from 0 to 1 in every figure."""
    networks, names, what = _networks(groups)
    if len(networks) > MOST:
        raise ConfigError(f"plot --what nnstd: {len(networks)} runs; at most {MOST} fit a map")
    found = np.asarray(distance(networks, metric=metric))
    drawn = axes.imshow(found, cmap="cividis", vmin=0, vmax=1, interpolation="nearest")
    shown = range(0, len(names), max(1, len(names) // 20))
    axes.set_xticks(list(shown), [names[k] for k in shown], rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(list(shown), [names[k] for k in shown])
    axes.grid(False)
    axes.set_title(f"{metric} between {what}", loc="left", color=GREY, fontsize=7)
    if len(networks) <= 10:
        for i, j in np.ndindex(found.shape):
            axes.text(j, i, f"{found[i, j]:.2f}", ha="center", va="center", fontsize=6,
                      color="black" if found[i, j] > 0.6 else "white")
    axes.figure.colorbar(drawn, ax=axes, label="distance", shrink=0.8)
