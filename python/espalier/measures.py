"""Graph metrics of networks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Iterable, Mapping, NamedTuple, Sequence

from espalier import _core
from espalier._core import ConfigError
from espalier._frames import pandas_for
from espalier.topology import Topology, topologies

if TYPE_CHECKING:
    import pandas


class Setting(NamedTuple):
    """What may be chosen about a metric or distance."""

    name: str
    default: str
    help: str
    choices: list[str]  # empty: a number or a text


class Entry(NamedTuple):
    """A metric or distance that may be asked for by name."""

    name: str
    help: str
    source: str  # paper, or section of docs/definitions.md
    settings: list[Setting]


def entries(found: Iterable[tuple]) -> dict[str, Entry]:
    return {
        name: Entry(name, text, source, [Setting(*setting) for setting in settings])
        for name, text, source, settings in found
    }


def metric_table() -> dict[str, Entry]:
    """All metrics by name, those of a whole series of snapshots ("evolution") last: help, source and settings.

    >>> import espalier as es
    >>> es.metric_table()["density"].help
    'kept share of the possible edges; of a network over all layers together'
    """
    return entries(_core.all_metrics()) | entries(_core.all_series_metrics())


def metric_names() -> list[str]:
    """Names of all metrics."""
    return list(metric_table())


def assignments(settings: Mapping[str, Any] | Sequence[str] | None, metric: str | None = None) -> list[str]:
    """Settings as the command line writes them: "nnstd.ties=solver", of {"nnstd": {"ties": "solver"}}, of
    {"nnstd.ties": "solver"} or, where there is one metric, of {"ties": "solver"}."""
    if settings is None:
        return []
    if isinstance(settings, str):
        return [settings]
    if not isinstance(settings, Mapping):
        return list(settings)
    lines = []
    for name, value in settings.items():
        if isinstance(value, Mapping):
            lines += [f"{name}.{inner}={_text(one)}" for inner, one in value.items()]
        else:
            lines.append(f"{name if '.' in name or metric is None else f'{metric}.{name}'}={_text(value)}")
    return lines


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Metrics:
    """What was measured of one network: a number, a dict of numbers, a list (a spectrum, a histogram) or None where it is
    undefined, with "<metric>_reason" beside it, as ``espalier metrics --json`` has it. ``m.reasons`` has all of these; ``print(m)``
    is the numbers as a table.

    ``m["ramanujan_gap"]`` is the metric's value by layer, ``m.layer("fc1")`` all values of a layer, ``m.network`` those of the
    whole network.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._layers = {layer["name"]: layer for layer in document["layers"]}

    @property
    def topology(self) -> str:
        """The network's label."""
        return self._document["topology"]

    @property
    def layers(self) -> list[str]:
        """Names of the layers, in order."""
        return list(self._layers)

    @property
    def network(self) -> dict[str, Any]:
        """Values of the whole network by metric: the mean over the layers where it is defined, unless the metric says
        otherwise."""
        return self._document["network"]

    def layer(self, name: str) -> dict[str, Any]:
        """Values of a layer by metric."""
        return self._layers[self.layers[_core.selected_layers(self.layers, [name], self.topology)[0]]]

    @property
    def reasons(self) -> dict[str, dict[str, str]]:
        """Why a metric is undefined, by metric and layer ("network": of the whole): {"ramanujan_gap": {"fc2": "mean degree ..."}}."""
        found: dict[str, dict[str, str]] = {}
        for place, values in [*self._layers.items(), ("network", self.network)]:
            for name, value in values.items():
                if name.endswith("_reason"):
                    found.setdefault(name.removesuffix("_reason"), {})[place] = value
        return found

    def __getitem__(self, metric: str) -> dict[str, Any]:
        if metric not in self.network:
            raise KeyError(f"'{metric}' was not measured; measured: {', '.join(self)}")
        return {name: layer.get(metric) for name, layer in self._layers.items()}

    def __contains__(self, metric: object) -> bool:
        return metric in self.network

    def __iter__(self):
        return (name for name in self.network if not name.endswith("_reason"))

    def to_dict(self) -> dict[str, Any]:
        """{"topology", "layers": [{"name", "inputs", "outputs", metric: value}], "network": {metric: value}}."""
        return self._document

    def to_dataframe(self) -> pandas.DataFrame:
        """One row a layer and "network" last, one column a number ("degree.inputs.mean"); lists are left out."""
        pandas = pandas_for("to_dataframe", "to_dict() does without")
        rows = self._rows()
        return pandas.DataFrame(rows, index=pandas.Index(self.layers + ["network"], name="layer"))

    def _rows(self) -> list[dict[str, Any]]:
        """Numbers of each layer, and of the network last. A metric that is undefined here and has several numbers elsewhere is all of
        these, undefined: no column of its own."""
        rows = [_flat(layer) for layer in self._layers.values()] + [_flat(self.network)]
        left_out = {name.rpartition(".")[0] for row in rows for name in row if "." in name}
        left_out |= {name for row in rows for name, value in row.items() if isinstance(value, list)}
        return [{name: value for name, value in row.items() if name not in left_out} for row in rows]

    def __str__(self) -> str:
        rows = self._rows()
        heads = [*self.layers, "network"]
        names = list(dict.fromkeys(name for row in rows for name in row if name not in ("inputs", "outputs")))
        lines = [[self.topology, *heads]] + [[name, *(_short(row.get(name)) for row in rows)] for name in names]
        widths = [max(map(len, column)) for column in zip(*lines)]
        table = ["  ".join([line[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:]))]) for line in lines]
        notes = [f"- {metric} in {place}: {why}" for metric, places in self.reasons.items() for place, why in places.items()]
        return "\n".join(table + notes)

    def __repr__(self) -> str:
        return f"<Metrics of {self.topology}: {', '.join(self)}>"


class MetricsList(list):
    """Of several networks; ``to_dataframe`` puts them below each other."""

    def to_dict(self) -> list[dict[str, Any]]:
        """``Metrics.to_dict`` of each."""
        return [one.to_dict() for one in self]

    def __str__(self) -> str:
        return "\n\n".join(map(str, self))

    def to_dataframe(self) -> pandas.DataFrame:
        """Rows (topology, layer)."""
        pandas = pandas_for("to_dataframe", "to_dict() does without")
        return pandas.concat([one.to_dataframe() for one in self], keys=[one.topology for one in self], names=["topology"])


def _flat(values: Mapping[str, Any], front: str = "") -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            row.update(_flat(value, f"{front}{name}."))
        elif value is None or isinstance(value, (int, float, list)):
            row[front + name] = float("nan") if value is None else value
    return row


def _short(value: Any) -> str:
    return "-" if value is None or value != value else f"{value:.4g}" if isinstance(value, float) else str(value)


def metrics(
    source: Any,
    names: str | Sequence[str] | None = None,
    *,
    settings: Mapping[str, Any] | Sequence[str] | None = None,
    null_model: int = 0,
    null_seed: int = 0,
    null_swaps: int = 10,
    conv: str = "unrolled",
    threads: int | None = None,
) -> Metrics | MetricsList:
    """Graph metrics of each layer and of the whole network; edges and density always.

    :param source: a topology, a layer, a run (its last snapshot), a path as the command line has it, or a list of
        these, which gives a list
    :param names: metrics (``es.metric_names()``); None: all but the costly and those of series. Metrics of series need a
        run file's path or a run
    :param settings: {"power_law": {"samples": 100}}; what there is, ``es.metric_table()`` says
    :param null_model: compare each metric with so many networks of the same degrees, rewired at random: z-scores in
        "<metric>_null"
    :param null_seed, null_swaps: its seed, and the swaps attempted for each edge
    :param conv: how convolutions become graphs: "unrolled", "channel", "channel_first"
    :param threads: None: ``es.threads()``
    :raises ConfigError: for names that are not known, naming the nearest

    >>> import numpy as np, espalier as es
    >>> found = es.metrics(es.Layer(np.eye(4), name="fc1"), ["connected_components", "degree"])
    >>> found["connected_components"]
    {'fc1': 4}
    >>> found.layer("fc1")["degree"]["inputs"]["max"]
    1
    """
    wanted = [names] if isinstance(names, str) else list(names or [])
    if names is not None and not wanted:
        raise ConfigError("metrics: no names; None asks for all but the costly")
    lines = assignments(settings, wanted[0] if len(wanted) == 1 else None)
    if null_model == 1:
        raise ConfigError("null_model = 1: at least 2 rewired networks are needed")
    if null_model == 0 and (null_seed, null_swaps) != (0, 10):
        raise ConfigError("null_seed and null_swaps are of null_model=, which says how many networks are drawn")
    if any(_core.is_of_series(name) for name in wanted):
        if null_model and all(_core.is_of_series(name) for name in wanted):
            raise ConfigError(f"null_model: is of single topologies, not of series of them ({', '.join(wanted)})")
        documents = _core.series_metrics(
            _series_paths(source), wanted, lines, null_model, null_seed, null_swaps, conv, threads or 0
        )
        is_list = isinstance(source, (list, tuple))
    else:
        networks = _mapped(topologies(source), conv)
        cores = [network._core for network in networks]
        documents = _core.metrics(cores, wanted, lines, null_model, null_seed, null_swaps, threads or 0)
        is_list = len(networks) != 1 or isinstance(source, (list, tuple))
    found = MetricsList(Metrics(document) for document in documents)
    return found if is_list else found[0]


def _mapped(networks: list[Topology], conv: str) -> list[Topology]:
    return networks if conv == "unrolled" else [network.mapped(conv) for network in networks]


def _series_paths(source: Any) -> list[str]:
    if isinstance(source, (list, tuple)):
        return [path for one in source for path in _series_paths(one)]
    if isinstance(source, (str, os.PathLike)):
        return [os.fspath(source)]
    if hasattr(source, "snapshots"):
        return [str(source.path)]
    raise ConfigError("a metric of a series needs a run, or the path of a run or topology file, with its snapshots")
