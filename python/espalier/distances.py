"""Distances between networks of one architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Mapping, Sequence

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier._frames import pandas_for
from espalier.measures import Entry, _mapped, assignments, entries
from espalier.topology import topologies

if TYPE_CHECKING:
    import pandas


def distance_table() -> dict[str, Entry]:
    """All distances by name: help, source and settings."""
    return entries(_core.all_distances())


def distance_names() -> list[str]:
    """Names of all distances.

    >>> import espalier as es
    >>> es.distance_names()[:4]
    ['nnstd', 'nnstd_layerwise', 'nnstd_joint', 'jaccard']
    """
    return list(distance_table())


class DistanceMatrix:
    """Pairwise distances of n networks. NumPy takes it for its mean over layers, [n, n]:
    ``scipy.spatial.distance.squareform(D)``, ``np.asarray(D)``, ``D[0, 1]``; ``D["a", "b"]`` goes by labels."""

    def __init__(self, found: Mapping[str, Any]) -> None:
        self.metric: str = found["metric"]
        self.topologies: list[str] = found["topologies"]  #: labels, in order
        self.layers: list[str] = found["layers"]  #: names, as the first network has them
        self.mean: np.ndarray = _frozen(found["mean"])  #: [n, n] mean over the layers
        self.per_layer: np.ndarray = _frozen(found["per_layer"])  #: [layers, n, n]
        bounds = found.get("lower_bound_mean")
        #: [n, n]: what no exact distance is below, where values are approximate; else None
        self.lower_bound: np.ndarray | None = None if bounds is None else _frozen(bounds)
        bounds = found.get("lower_bound_per_layer")
        self.lower_bound_per_layer: np.ndarray | None = None if bounds is None else _frozen(bounds)

    @property
    def shape(self) -> tuple[int, ...]:
        """(n, n)."""
        return self.mean.shape

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.mean.astype(dtype or float, copy=bool(copy))

    def __len__(self) -> int:
        return len(self.mean)

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        found = self.mean[tuple(self._place(part) if isinstance(part, str) else part for part in parts)]
        return float(found) if np.ndim(found) == 0 else found

    def _place(self, label: str) -> int:
        if self.topologies.count(label) != 1:
            raise KeyError(f"'{label}' is the label of {self.topologies.count(label)} of {self.topologies}")
        return self.topologies.index(label)

    def to_dict(self) -> dict[str, Any]:
        """As ``espalier distance --json``: {"metric", "topologies", "layers", "per_layer", "mean"}, and of
        approximate ones "lower_bound"."""
        document = {
            "metric": self.metric,
            "topologies": self.topologies,
            "layers": self.layers,
            "per_layer": self.per_layer.tolist(),
            "mean": self.mean.tolist(),
        }
        if self.lower_bound is not None and self.lower_bound_per_layer is not None:
            document["lower_bound"] = {
                "per_layer": self.lower_bound_per_layer.tolist(),
                "mean": self.lower_bound.tolist(),
            }
        return document

    def to_dataframe(self) -> pandas.DataFrame:
        """[n, n] means, rows and columns called by the labels."""
        pandas = pandas_for("to_dataframe", "to_dict() does without")
        return pandas.DataFrame(self.mean, index=self.topologies, columns=self.topologies)

    def __repr__(self) -> str:
        return f"<DistanceMatrix {self.metric} of {', '.join(self.topologies)}>\n{self.mean}"


class Matching:
    """How the hidden neurons of one network go with those of another, and how far the networks are apart then."""

    def __init__(self, metric: str, layers: list[str], found: list[tuple[float, float, np.ndarray]]) -> None:
        self.metric = metric
        self.layers = layers  #: names, as the first network has them
        self.per_layer = _frozen(np.array([distance for distance, _, _ in found]))  #: [layers] distances
        #: [layers]: no matching is nearer than this; equal to ``per_layer`` where that is exact
        self.lower_bounds = _frozen(np.array([bound for _, bound, _ in found]))
        #: for each layer uint32 [outputs]: the neuron of the second network that stands for each of the first's
        self.matching = [partner for _, _, partner in found]

    @property
    def mean(self) -> float:
        """Mean distance over the layers; 0 without layers."""
        return float(self.per_layer.mean()) if len(self.per_layer) else 0.0

    def __float__(self) -> float:
        return self.mean

    def __str__(self) -> str:
        width = max(map(len, self.layers), default=0)
        return "\n".join([repr(self)] + [f"  {name:<{width}}  {one:.6g}" for name, one in zip(self.layers, self.per_layer)])

    def __repr__(self) -> str:
        return f"<Matching {self.metric}: mean {self.mean:.6g} over {', '.join(self.layers)}>"


def distance(
    source: Any,
    metric: str = "nnstd",
    *,
    settings: Mapping[str, Any] | Sequence[str] | None = None,
    conv: str = "unrolled",
    threads: int | None = None,
) -> DistanceMatrix:
    """Pairwise distances of two or more networks, by layers and their mean.

    :param source: topologies, layers, runs, paths (``"run.h5@all"``), in a list
    :param metric: one of ``es.distance_names()``
    :param settings: {"ties": "solver"}; what there is, ``es.distance_table()`` says
    :param conv: how convolutions become graphs
    :param threads: None: ``es.threads()``; the result does not depend on it
    :raises FormatError: where two networks differ in architecture, naming the layer and both shapes

    >>> import numpy as np, espalier as es
    >>> a = es.Topology({"fc1": np.eye(3)}, label="a")
    >>> b = es.Topology({"fc1": np.roll(np.eye(3), 1, axis=0)}, label="b")
    >>> es.distance([a, b], "jaccard")["a", "b"]
    1.0
    >>> es.distance([a, b], "nnstd")["a", "b"]
    0.0
    """
    networks = _mapped(topologies(source), conv)
    if len(networks) < 2:
        raise ConfigError("distance: one topology has none; give two or more, or 'run.h5@all'")
    cores = [network._core for network in networks]
    return DistanceMatrix(_core.distances(cores, metric, assignments(settings, metric), threads or 0))


def _matching(metric: str, first: Any, second: Any, prefer_identity, match_last, exact_limit, conv, threads) -> Matching:
    networks = _mapped([_one(first), _one(second)], conv)
    cores = [network._core for network in networks]
    found = _core.matched(*cores, metric, prefer_identity, match_last, exact_limit, threads or 0)
    return Matching(metric, networks[0].names, found)


def _one(source: Any):
    found = topologies(source)
    if len(found) != 1:
        raise ConfigError(f"one topology is needed here, not {len(found)}")
    return found[0]


def nnstd(
    first: Any,
    second: Any,
    *,
    prefer_identity: bool = True,
    match_last: bool = True,
    exact_limit: int = 16384,
    conv: str = "unrolled",
    threads: int | None = None,
) -> Matching:
    """Neural network sparse topology distance: layer after layer, hidden neurons are matched, and the matching of each layer
    renames the inputs of the next. 0 for networks that are equal up to the numbering of hidden neurons. It is for networks of
    different runs: within one run neurons keep their names, and as a layer's matching does not look at the next it can lie above
    "jaccard", which says how far masks have moved, and :func:`nnstd_joint`.

    :param prefer_identity: of equally cheap matchings the one that keeps most neurons in their places
    :param match_last: match the last layer's outputs too, as the paper does; False: each stands for itself, as classes do in
        networks of one task, whose distance is then larger or equal
    :param exact_limit: layers with more outputs are matched approximately, with a certified lower bound
    :returns: ``.mean``, ``.per_layer``, ``.matching``, ``.lower_bounds``

    Source: Liu et al., "Topological insights into sparse neural networks", ECML-PKDD 2020; docs/definitions.md 6.3.
    """
    return _matching("nnstd", first, second, prefer_identity, match_last, exact_limit, conv, threads)


def nnstd_layerwise(
    first: Any,
    second: Any,
    *,
    prefer_identity: bool = True,
    match_last: bool = True,
    exact_limit: int = 16384,
    conv: str = "unrolled",
    threads: int | None = None,
) -> Matching:
    """:func:`nnstd` of each layer on its own, its inputs as they are numbered."""
    return _matching("nnstd_layerwise", first, second, prefer_identity, match_last, exact_limit, conv, threads)


def nnstd_joint(
    first: Any,
    second: Any,
    *,
    prefer_identity: bool = True,
    match_last: bool = True,
    conv: str = "unrolled",
    threads: int | None = None,
) -> Matching:
    """:func:`nnstd` with all hidden neurons matched together: no change of one layer's matching lowers the mean.

    Source: docs/definitions.md 6.4. Cost: some tens of nnstd.
    """
    return _matching("nnstd_joint", first, second, prefer_identity, match_last, 16384, conv, threads)


def _frozen(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
