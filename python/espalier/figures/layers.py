"""Spectra and degrees, layer by layer."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from espalier._core import ConfigError
from espalier.measures import metrics
from espalier.figures.groups import Group
from espalier.figures.style import GREY, look

#: Layers that get a panel of their own.
MOST = 12


def sparse_layers(groups: Sequence[Group], what: str) -> tuple[list[str], str]:
    """Names of the layers that are not full in the first run's last snapshot, and what was left out."""
    last = groups[0].runs[0].snapshots[-1]
    names = [layer.name for layer in last if 0 < layer.density < 1]
    if not names:
        raise ConfigError(f"plot --what {what}: no layer of {groups[0].runs[0].path} is sparse")
    for group in groups:
        for run in group.runs:
            if missing := [name for name in names if name not in run.snapshots[-1].names]:
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
    for axes, name in zip(panels, names):
        axes.set_title(name, loc="left")
        axes.set(xlabel="rank / largest rank", ylabel="singular value")


def draw_degrees(panels, groups: Sequence[Group], names: Sequence[str]) -> None:
    """The share of neurons with at least so many connections, of the last snapshot: outputs solid, inputs dotted; all seeds
    of a group together."""
    for k, group in enumerate(groups):
        style = look(k)
        networks = [run.snapshots[-1] for run in group.runs]
        for axes, name in zip(panels, names):
            for axis, line in ((1, "-"), (0, ":")):
                degrees = np.concatenate([np.asarray((network[name].to_scipy() != 0).sum(axis=axis)).ravel() for network in networks])
                at, counts = np.unique(degrees, return_counts=True)
                share = counts[::-1].cumsum()[::-1] / len(degrees)
                axes.step(at, share, where="post", color=style["color"], linestyle=line, label=(group.name if axis else None))
    for axes, name in zip(panels, names):
        axes.set_title(name, loc="left")
        axes.set(xlabel="degree", ylabel="share of neurons", ylim=(0, 1.02))


def titles(what: str, note: str) -> str:
    """What the line kinds mean."""
    return {
        "spectrum": "singular values of masks of each first run, largest first: last snapshot solid, first dotted, Ramanujan bound dashed",
        "degrees": "degrees in the last snapshot: outputs solid, inputs dotted",
    }[what] + note


def legend(figure, panel, groups: Sequence[Group], title: str) -> None:
    """One for all panels, beside the last of the first row, where it hides nothing."""
    if len(groups) > 1:
        panel.legend(loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0)
    figure.suptitle(title, x=0.01, ha="left", color=GREY, fontsize=7)
