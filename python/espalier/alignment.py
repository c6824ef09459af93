"""Putting hidden units of one network into the places of another's."""

from __future__ import annotations

import os
from typing import Any, Mapping, NamedTuple, Sequence

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier._toml import config_source, flattened, to_toml, value_text
from espalier.topology import Topology, topologies


class Group(NamedTuple):
    """Hidden units that move together: those behind one layer, or of a residual stream."""

    name: str
    size: int
    moved: int  # units that change their place
    is_optimal: bool  # with the other groups as they are, no permutation agrees more


class Alignment:
    """How the second network's hidden units are put into the places of the first's."""

    def __init__(self, moved: Topology, found: dict[str, Any]) -> None:
        self._moved = moved
        #: for each group uint32 [units]: the unit that takes each place
        self.permutations: list[np.ndarray] = found["permutations"]
        self.objective: float = found["objective"]  #: inner product of both networks' weights, then of their arrays
        self.bound: float = found["bound"]  #: no permutation reaches more
        self.history: list[float] = found["history"]  #: the objective after each step; never falls
        self.sweeps: int = found["sweeps"]
        self.is_converged: bool = found["is_converged"]  #: no group can be improved alone
        self.groups = [Group(*group) for group in found["groups"]]

    @property
    def aligned(self) -> Topology:
        """The second network with its units in the places found: it computes what it did."""
        return permuted(self._moved, self.permutations)

    def __repr__(self) -> str:
        return f"<Alignment: {sum(group.moved for group in self.groups)} units moved, objective {self.objective:.6g}>"


def _network(source: Any, what: str) -> Topology:
    found = topologies(source)
    if len(found) != 1:
        raise ConfigError(f"{what}: one topology is needed, not {len(found)}")
    return found[0]


def align(
    reference: Any,
    moved: Any,
    *,
    by: str = "weights",
    config: Mapping[str, Any] | str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,
    threads: int | None = None,
) -> Alignment:
    """Permutations of the second network's hidden units with which it agrees most with the first, as ``espalier tickets`` finds
    them.

    :param by: "weights", "masks", or "activations": what units say to training examples
    :param config: of activations: what the networks are for, data and model, a dict or a TOML file; None: what the runs or tickets
        say that they come from
    :param set: of activations: keys over it, where data lie now
    :raises FormatError: where the networks differ in architecture, or runs in their data
    :raises ConfigError: where activations are asked for, and nothing says on which data

    Source: by weights Ainsworth, Hayase and Srinivasa, "Git Re-Basin", ICLR 2023, section 3.2, docs/definitions.md 5.7; by
    activations Li et al., "Convergent learning", ICLR 2016, docs/definitions.md 5.8.
    """
    first, second = _network(reference, "align"), _network(moved, "align")
    if by != "activations":
        if config is not None or set is not None:
            raise ConfigError(f"align: by '{by}' looks at no data; config and set are for by='activations'")
        return Alignment(second, _core.align(first._core, second._core, by, threads or 0))
    found = _core.align_by_activations(first._core, second._core, *_data_of([first, second], config, set), threads or 0)
    return Alignment(second, found)


def _data_of(networks: Sequence[Topology], config: Any, set: Mapping[str, Any] | None) -> tuple[list[str], list[str], str, str, str]:
    """Files, assignments over what they say; path or text of a configuration, TOML over it."""
    if config is not None:
        path, text = config_source(config)
        return [], [], path, text or "# defaults\n" if not path else "", to_toml(set or {})
    for network in networks:
        if not network.source:
            raise ConfigError(f"align: by activations, and '{network.label}' comes from no file of ours: say config=, what it is for")
    assignments = [f"{key}={value_text(value, key)}" for key, value in flattened(set or {}).items()]
    return [f"{network.source}@{network.snapshot}" for network in networks], assignments, "", "", ""


def align_all(sources: Sequence[Any], *, by: str = "weights", threads: int | None = None) -> list[Topology]:
    """Every network aligned to the mean of the others, again and again until none can be improved; the first keeps its places.

    :param by: "weights" or "masks"; activations have no mean over networks

    Source: Ainsworth et al., ICLR 2023, algorithm 3 (MergeMany).
    """
    networks = topologies(list(sources))
    found = _core.align_all([network._core for network in networks], by, threads or 0)
    return [permuted(network, permutations) for network, permutations in zip(networks, found)]


def permuted(network: Topology, permutations: Sequence[np.ndarray]) -> Topology:
    """The network with its hidden units in other places: masks, weights and all other arrays of a unit move along.

    :param permutations: of each group of units, which unit takes each place
    """
    return Topology._of(_core.permuted(network._core, [np.asarray(one).tolist() for one in permutations]))
