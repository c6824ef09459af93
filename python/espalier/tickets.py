"""One ticket out of many."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Mapping, Sequence

from espalier import _core
from espalier._core import ConfigError
from espalier._notices import tell
from espalier._toml import flattened, value_text
from espalier.runs import Run
from espalier.topology import Topology


def superpose_methods() -> dict[str, str]:
    """Ways to make one ticket of many, with a line of help each.

    >>> import espalier as es
    >>> "sup_tickets" in es.superpose_methods()
    True
    """
    return {name: text for name, text, _ in _core.superpose_methods()}


class Superposed:
    """A superposition: its network, and how good it is."""

    def __init__(self, core: _core.SuperposedTicket) -> None:
        self._core = core
        #: as ``espalier tickets superpose --json`` has it: method, members, density, test_accuracy, trials, ...
        self.facts: dict[str, Any] = core.facts()

    @property
    def topology(self) -> Topology:
        """Its masks, weights and parameters."""
        return Topology._of(self._core.network())

    def __getattr__(self, name: str) -> Any:
        facts = self.__dict__.get("facts", {})
        if name not in facts:
            raise AttributeError(f"'{name}' is none of {', '.join(facts)}")
        return facts[name]

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Writes a topology file with configuration, members and trials: a ticket again, that a run can start from."""
        if Path(path).suffix != ".h5":
            raise ConfigError(f"{os.fspath(path)}: a topology file is HDF5, call it .h5; .topology.save writes other forms")
        if Path(path).exists() and not force:
            raise ConfigError(f"{os.fspath(path)} exists; force=True replaces it")
        self._core.save(os.fspath(path))

    def __repr__(self) -> str:
        return f"<Superposed {self.facts['method']} of {len(self.facts['members'])}: density {self.facts['density']:.4g}>"


def superpose(
    runs: Any,
    method: str,
    *,
    align: str | bool | None = None,
    align_to: str | None = None,
    target: str | int | None = None,
    density: float | None = None,
    layerwise: bool = False,
    recalibrate: str = "batches",
    config: str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,
    threads: int | None = None,
    **options: Any,
) -> Superposed:
    """One network out of several trained ones of one architecture, as ``espalier tickets superpose``.

    :param runs: runs, paths (``"run.h5@1500"``), or topologies that were read from files of ours; one run alone stands for
        the cheap tickets it has recorded
    :param method: "sup_tickets", "lottery_pools", a soup, an average or a consensus mask: ``es.superpose_methods()``
    :param align: first put hidden units into the places where they resemble the target's, by "weights" (also True), "masks" or
        "activations"
    :param align_to: "target", or the "mean" of the other tickets, again and again
    :param target: label or number of the ticket that gives density and configuration; None: the first
    :param density: keep this share of all positions
    :param layerwise: prune each layer to the target's number of weights in it
    :param recalibrate: how running statistics of batch normalisation are taken anew
    :param config: a configuration file for tickets that bring none
    :param set: keys over every ticket's configuration: where data lie now
    :param options: of some methods: average, gamma, prune, without_pretrained, coefficients, candidates, values, share
    :raises ConfigError: where the method has no use for an option, or a ticket no configuration
    """
    known = {"average", "gamma", "prune", "without_pretrained", "coefficients", "candidates", "values", "share"}
    for name in options:
        if name not in known:
            raise TypeError(f"superpose() has no argument '{name}'; methods know {', '.join(sorted(known))}")
    given = dict(options)
    given |= {
        "config": None if config is None else os.fspath(config),
        "set": [f"{key}={value_text(value, key)}" for key, value in flattened(set or {}).items()],
        "target": None if target is None else str(target),
        "density": density,
        "layerwise": layerwise,
        "align_by": "weights" if align is True else align or None,
        "align_to": align_to,
        "recalibrate": recalibrate,
    }
    ticket, notices = _core.superpose(_arguments(runs), method, given, threads or 0)
    tell(notices)
    return Superposed(ticket)


def _arguments(runs: Any) -> list[str]:
    if isinstance(runs, (str, os.PathLike)):
        return [os.fspath(runs)]
    if isinstance(runs, Run):
        return [str(runs.path)]
    if isinstance(runs, Topology):
        if not runs.source:
            raise ConfigError(f"'{runs.label}' comes from no file of ours: save it as .h5, and give config= what it is for")
        return [f"{runs.source}@{runs.snapshot}"]
    if isinstance(runs, Sequence):
        return [argument for one in runs for argument in _arguments(one)]
    raise TypeError(f"no run: {type(runs).__name__}")
