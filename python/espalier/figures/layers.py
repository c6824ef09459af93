"""Spectra and degrees, layer by layer."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from espalier._core import ConfigError
from espalier.measures import metrics
from espalier.figures.groups import Group
from espalier.figures.labels import below, letters, short, wrapped
from espalier.figures.style import COLOURS, GREY, look

#: Layers that get a panel of their own.
MOST = 12


def sparse_layers(groups: Sequence[Group], what: str) -> tuple[list[str], str]:
    """Names of the layers that are not full in the first run's last snapshot, and what was left out."""
    if len(groups) > len(COLOURS):
        raise ConfigError(f"plot --what {what}: {len(groups)} kinds of runs, of which colours alone tell {len(COLOURS)} apart: give fewer")
    last = groups[0].runs[0].snapshots[-1]
    names = [layer.name for layer in last if 0 < layer.density < 1]
    if not names:
        raise ConfigError(f"plot --what {what}: no layer of {groups[0].runs[0].path} is sparse")
    for group in groups:
        for run in group.runs:
            there = set(run.snapshots[-1].names)
            if missing := [name for name in names if name not in there]:
                raise ConfigError(f"plot --what {what}: {run.path} has no layer {missing[0]}: runs of one architecture are drawn together")
    note = "" if len(names) <= MOST else f"; {len(names) - MOST} more layers are not shown"
    return names[:MOST], note


def _ends(run) -> list:
    """First and last snapshot; one where there is no other."""
    return [run.snapshots[0], run.snapshots[-1]] if len(run.snapshots) > 1 else [run.snapshots[-1]]


def draw_spectra(panels, groups: Sequence[Group], names: Sequence[str]) -> None:
    """Singular values of each layer's mask in the first run of each group, first snapshot dotted and last, over their rank;
    the bound (Hoang et al. 2023: sqrt(d_left - 1) + sqrt(d_right - 1)) as a thin line in the group's colour."""
    for k, group in enumerate(groups):
        style = look(k)
        for when, network in enumerate(reversed(_ends(group.runs[0]))):
            found = metrics(network, ["singular_values", "ramanujan_gap"])
            for axes, name in zip(panels, names):
                layer = found.layer(name)
                values = layer.get("singular_values") or []
                values = values if isinstance(values, list) else values.get("values", [])
                ranks = np.linspace(0, 1, len(values)) if len(values) > 1 else np.zeros(len(values))
                axes.plot(ranks, values, color=style["color"], linestyle=":" if when else "-",
                          label=(group.name if when == 0 else None))
                gap = layer.get("ramanujan_gap") or {}
                if when == 0 and gap.get("bound") is not None:
                    axes.axhline(gap["bound"], color=style["color"], linewidth=0.6, dashes=(6, 2))
    for axes in panels:
        axes.set(xlabel="rank / largest rank", ylabel="singular value")


def degrees(layer) -> tuple[np.ndarray, np.ndarray]:
    """Connections of each output and of each input; one just grown, of weight 0, is one."""
    return np.diff(layer.indptr), np.bincount(layer.indices, minlength=layer.inputs)


def draw_degrees(panels, groups: Sequence[Group], names: Sequence[str]) -> None:
    """The share of neurons with at least so many connections, of the last snapshot: outputs solid, inputs dotted; all seeds
    of a group together."""
    for k, group in enumerate(groups):
        style = look(k)
        networks = [run.snapshots[-1] for run in group.runs]
        for axes, name in zip(panels, names):
            for axis, line in enumerate("-:"):
                found = np.concatenate([degrees(network[name])[axis] for network in networks])
                at, counts = np.unique(found, return_counts=True)
                share = counts[::-1].cumsum()[::-1] / len(found)
                # At a degree that no neuron has stands the share of the next: all have 0 or more, none more than the last.
                axes.step([0, *at, at[-1]], [1, *share, 0], where="pre", color=style["color"], linestyle=line, label=(None if axis else group.name))
    for axes in panels:
        axes.set(xlabel="degree", ylabel="share of neurons", xlim=(0, None), ylim=(0, 1.02))
        axes.xaxis.get_major_locator().set_params(integer=True)


def titles(what: str, note: str) -> str:
    """What the line kinds mean."""
    return {
        "spectrum": "singular values of masks of each first run, largest first: last snapshot solid, first dotted, Ramanujan bound dashed",
        "degrees": "degrees in the last snapshot: outputs solid, inputs dotted",
    }[what] + note


def arrange(figure, panels, groups: Sequence[Group], names: Sequence[str], title: str, grow: bool) -> None:
    """Words around the panels [rows, cols]: their layers, axes named at the rim, below all of them who is who."""
    rows, cols = panels.shape
    used = panels.ravel()[: len(names)]
    for axes in panels.ravel()[len(names) :]:
        axes.set_axis_off()
    for k, (axes, name) in enumerate(zip(used, short(names, letters(figure.get_figwidth() / cols - 0.7)))):
        axes.set_title(name, loc="left", fontsize=7)
        if k % cols:
            axes.set_ylabel("")
        if k + cols < len(names):
            axes.set_xlabel("")
    figure.suptitle(wrapped(title, figure.get_figwidth() - 0.1), x=0.01, ha="left", color=GREY, fontsize=7)
    if len(groups) > 1:
        handles = [line for line in used[0].lines if not line.get_label().startswith("_")]
        below(figure, handles, [group.name for group in groups], grow)
