"""Putting hidden units of one network into the places of another's."""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence

import numpy as np

from espalier import _core
from espalier._core import ConfigError
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


def align(reference: Any, moved: Any, *, by: str = "weights", threads: int | None = None) -> Alignment:
    """Permutations of the second network's hidden units with which it agrees most with the first.

    :param by: "weights" or "masks"; by "activations" where runs are superposed (``es.superpose``), which have data
    :raises FormatError: where the networks differ in architecture

    Source: Ainsworth, Hayase and Srinivasa, "Git Re-Basin", ICLR 2023, section 3.2; docs/definitions.md 5.7.
    """
    network = _network(moved, "align")
    return Alignment(network, _core.align(_network(reference, "align")._core, network._core, by, threads or 0))


def align_all(sources: Sequence[Any], *, by: str = "weights", threads: int | None = None) -> list[Topology]:
    """Every network aligned to the mean of the others, again and again until none can be improved; the first keeps its places.

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
