"""Networks as graphs: from models, arrays and files, and to them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Mapping

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier._notices import tell
from espalier._state_dict import Patterns, network_of
from espalier.layer import Layer, _require_few, add_edges, add_to

if TYPE_CHECKING:
    import networkx
    import scipy.sparse

class Topology:
    """A network's topology: its layers in order, wherever they came from.

    ``Topology(layers)`` puts layers together: :class:`Layer` objects, whose edges are copied, or a dict of arrays by name, read
    as ``Layer`` reads them. See also :meth:`from_state_dict`, :meth:`open`, ``es.open`` and ``es.topologies``.

    A topology does not change. It is a sequence of its layers (``len``, iteration, ``net[0]``) that also knows them by name:
    ``net["fc1"]``, where ".weight" at the end and a number in front ("000_fc1") may be left out.

    :param layers: layers in order, or arrays by name
    :param masks: the same as ``layers``, of masks by name
    :param label: what tables call the network
    :param orientation, drop_last_input: of arrays, as ``Layer`` has them

    >>> import numpy as np, espalier as es
    >>> net = es.Topology({"fc1": np.eye(3), "fc2": np.array([[1, 0, 1]])}, label="small")
    >>> net
    <Topology small: 2 layers, 5 of 12 edges>
    >>> net["fc2"].indices
    array([0, 2], dtype=uint32)
    """

    __slots__ = ("_core", "_layers")

    def __init__(
        self,
        layers: Iterable[Layer] | Mapping[str, Any] | None = None,
        *,
        masks: Mapping[str, Any] | None = None,
        label: str = "topology",
        orientation: str = "out-in",
        drop_last_input: bool = False,
    ) -> None:
        if (layers is None) == (masks is None):
            raise ConfigError("Topology: layers, or masks by name, are needed")
        builder = _core.NetworkBuilder(label)
        given = layers if masks is None else masks
        if isinstance(given, Mapping):
            for name, array in given.items():
                add_to(builder, name, array, orientation=orientation, drop_last_input=drop_last_input)
        else:
            if orientation != "out-in" or drop_last_input:
                raise ConfigError("Topology: orientation and drop_last_input are of arrays, and layers are given; Layer() has them")
            for layer in given:
                builder.add_layer(layer.name, layer._core)
        self._take(builder.finish())

    def _take(self, core: _core.Network) -> None:
        self._core = core
        self._layers = [Layer._of(layer) for layer in core.layers()]

    @classmethod
    def _of(cls, core: _core.Network) -> Topology:
        topology = cls.__new__(cls)
        topology._take(core)
        return topology

    @classmethod
    def from_state_dict(
        cls,
        state_dict: Any,
        *,
        include: Patterns = "*.weight",
        exclude: Patterns = (),
        masks: Mapping[str, Any] | None = None,
        label: str = "state_dict",
        orientation: str = "out-in",
        drop_last_input: bool = False,
    ) -> Topology:
        """The topology of a model's state dict, or of the model itself (whatever has ``state_dict()``).

        Tensors of two to four dimensions whose names match are layers, in the order of the dict; what is not 0 in them is an
        edge. Beside them biases, normalisation and other vectors of real numbers are kept for :meth:`state_dict` and
        :meth:`save`; integers (counters) are not. ``x_orig`` beside ``x_mask``, as ``torch.nn.utils.prune`` leaves them,
        are the layer ``x`` with that mask.

        :param include: pattern or patterns of the names of layers, as in a shell: ``"*.weight"``, ``["fc*", "layer?.*"]``
        :param exclude: pattern or patterns of names that are no layers all the same: ``"fc3.weight"``
        :param masks: masks by the names of weights, ".weight" may be left out; they say which weights exist, also where
            one is exactly 0. Layers without one have that of their weights
        :raises ConfigError: where no tensor matches, or a mask belongs to none
        :raises FormatError: as ``Layer``

        Cost: one pass over the arrays, which are not copied, and a second where more than a quarter is kept; 8 bytes a kept weight.
        """
        core = network_of(
            state_dict, include, exclude, masks or {}, label, orientation=orientation, drop_last_input=drop_last_input
        )
        return cls._of(core)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        layers: Patterns = (),
        orientation: str = "out-in",
        drop_last_input: bool = False,
        conv: str = "unrolled",
        check_weights: bool = True,
    ) -> Topology:
        """The one topology that a path names, as the command line has it: a run file or its folder (the last snapshot),
        ``run.h5@1500``, ``run.h5@first``, ``masks.h5@label``, an .npz, .npy, .safetensors or PyTorch file (``model.pt:KEY``), a
        folder of .npz or .safetensors.

        :param layers: only these, in this order: names, positions as text, patterns
        :param orientation: what the sides of other tools' arrays are: "out-in", "in-out", "transposed", or by layers
            "in-out,fc*=out-in"
        :param drop_last_input: the last input in other tools' files is a bias
        :param conv: how convolutions become graphs: "unrolled", "channel" or "channel_first"
        :param check_weights: refuse weights of our files that are not finite; else it is told in a notice
        :raises ConfigError: where there is no such file, snapshot or layer, or the path names several
        """
        words = [layers] if isinstance(layers, str) else list(layers)
        core, notices = _core.read_network(
            os.fspath(path), words, orientation, drop_last_input, conv, check_weights
        )
        tell(notices)
        return cls._of(core)

    @property
    def label(self) -> str:
        """What tables call it; may be set."""
        return self._core.label

    @label.setter
    def label(self, label: str) -> None:
        self._core.label = label

    @property
    def source(self) -> str:
        """The run or topology file it was read from, whole and unchanged; empty for all else."""
        return self._core.source

    @property
    def snapshot(self) -> str:
        """The label of the snapshot there."""
        return self._core.snapshot

    @property
    def names(self) -> list[str]:
        """Of the layers, in order."""
        return [layer.name for layer in self._layers]

    @property
    def edges(self) -> int:
        """Kept weights of all layers."""
        return sum(layer.edges for layer in self._layers)

    @property
    def positions(self) -> int:
        """Possible weights of all layers."""
        return sum(layer._core.positions for layer in self._layers)

    @property
    def density(self) -> float:
        """Kept weights over possible ones, of all layers together."""
        return self.edges / self.positions if self.positions else float("nan")

    def __len__(self) -> int:
        return len(self._layers)

    def __iter__(self) -> Iterator[Layer]:
        return iter(self._layers)

    def __getitem__(self, key: int | str) -> Layer:
        if isinstance(key, str):
            try:
                return self._layers[_core.selected_layers(self.names, [key], self.label)[0]]
            except ConfigError as error:
                raise KeyError(str(error)) from None
        return self._layers[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and any(_core.means_layer(key, name) for name in self.names)

    def select(self, layers: Patterns) -> Topology:
        """The topology of some layers, in the order given: names and patterns. Their edges are copied."""
        words = [layers] if isinstance(layers, str) else list(layers)
        chosen = [self._layers[k] for k in _core.selected_layers(self.names, words, self.label)]
        return Topology(chosen, label=self.label)

    def mapped(self, conv: str) -> Topology:
        """The topology with convolutions as graphs of another kind: "channel" (an edge where any weight of a kernel is kept; its
        weight is their L1 norm) or "channel_first" (outputs are out * kh * kw)."""
        return Topology._of(_core.mapped(self._core, conv))

    @property
    def parameters(self) -> dict[str, np.ndarray]:
        """What lies beside the weights, float32, read-only, by PyTorch's names: ``{"fc1.bias": ...}``."""
        return {_core.parameter_tensor(layer, name): values for layer, name, values in self._core.parameters()}

    def state_dict(self) -> dict[str, np.ndarray]:
        """Dense arrays by PyTorch's names, float32: every weight with 0 where it is absent, and every parameter beside it.
        ``{name: torch.from_numpy(array)}`` of it goes into ``load_state_dict``.

        :raises ConfigError: where a layer has no weights
        """
        for layer in self._layers:
            if layer.values is None:
                raise ConfigError(f"layer {layer.name} of {self.label} is a mask without weights; see masks()")
        weights = {_core.weight_tensor(layer.name): layer.to_numpy(np.float32) for layer in self._layers}
        return weights | {name: values.copy() for name, values in self.parameters.items()}

    def masks(self) -> dict[str, np.ndarray]:
        """Dense bool arrays by PyTorch's names of the weights: which exist."""
        return {_core.weight_tensor(layer.name): layer.to_numpy(bool) for layer in self._layers}

    def to_numpy(self, dtype: Any = None) -> dict[str, np.ndarray]:
        """``Layer.to_numpy`` of each, by name."""
        return {layer.name: layer.to_numpy(dtype) for layer in self._layers}

    def to_scipy(self) -> dict[str, scipy.sparse.csr_matrix]:
        """``Layer.to_scipy`` of each, by name."""
        return {layer.name: layer.to_scipy() for layer in self._layers}

    def to_networkx(self, limit: int | None = 5000) -> networkx.Graph:
        """The whole network as a layered graph of nodes (0, i) for inputs, (1, j) for neurons behind the first layer and so on,
        with attributes ``layer`` and, on edges, ``weight`` and ``name``.

        :param limit: refuses more edges; None: never
        :raises ConfigError: where the outputs of a layer are not the inputs of the next
        """
        import networkx

        _require_few(self.edges, limit, self.label)
        for first, second in zip(self._layers, self._layers[1:]):
            if first.outputs != second.inputs:
                raise ConfigError(
                    f"{self.label}: {second.name} takes {second.inputs} inputs, and {first.name} before it gives "
                    f"{first.outputs}: no layered graph; use to_networkx of single layers, or mapped('channel')"
                )
        graph = networkx.Graph(name=self.label)
        sizes = [self._layers[0].inputs] + [layer.outputs for layer in self._layers] if self._layers else []
        for depth, size in enumerate(sizes):
            graph.add_nodes_from(((depth, k) for k in range(size)), layer=depth)
        for depth, layer in enumerate(self._layers):
            add_edges(graph, layer, depth, depth + 1)
        return graph

    def save(self, path: str | os.PathLike[str], *, form: str | None = None, force: bool = False) -> None:
        """Writes the topology, atomically.

        ==================  ==========================================================================================
        path                what is written
        ==================  ==========================================================================================
        ``x.h5``            a topology file: masks, weights and all parameters, under the label, of which a path keeps its
                            last part ("run-1500" of "runs/a/run.h5@1500"); all commands of the program read it
        ``x.npz``           a dense array a layer (of a layer that keeps a weight of 0 ``x_orig`` and ``x_mask``)
        ``x.safetensors``   the same
        a folder            SciPy's csr, an .npz a layer: memory and size follow the edges
        ==================  ==========================================================================================

        :param form: "h5", "npz", "safetensors", "npz_folder", "safetensors_folder", or "state_dict": the whole network as
            PyTorch saves one (.npz or .safetensors); None: as the path's end says
        :param force: replace what is there
        """
        target = Path(path)
        form = form or {".h5": "h5", ".npz": "npz", ".safetensors": "safetensors", "": "npz_folder"}.get(target.suffix)
        if form is None:
            raise ConfigError(f"{target}: ends in none of .h5, .npz, .safetensors; say form= what it shall be")
        if form not in _FORMS:
            raise ConfigError(f"form '{form}' is not known; known: {', '.join(_FORMS)}")
        if target.exists() and not force:
            raise ConfigError(f"{target} exists; force=True replaces it")
        core = self._core
        if form == "h5" and any("/" in name for name in self.names + list(self.parameters)):
            core = _renamed(self)
        core.save(os.fspath(target), form, label_in_file(self.label))

    def __eq__(self, other: object) -> bool:
        """The same layers under the same names, with equal edges and values."""
        if not isinstance(other, Topology):
            return NotImplemented
        return self.names == other.names and all(a == b for a, b in zip(self, other))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self):
        return _unpickled, (self.label, self._layers, self._core.parameters())

    def __repr__(self) -> str:
        count = f"{len(self)} layer{'' if len(self) == 1 else 's'}"
        return f"<Topology {self.label}: {count}, {self.edges} of {self.positions} edges>"


_FORMS = ("h5", "npz", "npz_folder", "safetensors", "safetensors_folder", "state_dict")


def topologies(
    source: Any,
    *,
    layers: Patterns = (),
    orientation: str = "out-in",
    drop_last_input: bool = False,
    conv: str = "unrolled",
    check_weights: bool = False,
) -> list[Topology]:
    """All topologies that something names: paths as the command line has them, which may name several
    (``run.h5@all``, ``run.h5@tickets``, a topology file), topologies, layers, runs (their last snapshot), or a list of these.

    The options are those of :meth:`Topology.open`, for paths.

    :raises ConfigError: where they are given, and what is named is no path
    """
    is_list = isinstance(source, Iterable) and not isinstance(source, (str, os.PathLike, Topology)) and not hasattr(source, "__array__")
    if not is_list and not isinstance(source, (str, os.PathLike)):
        if layers or orientation != "out-in" or drop_last_input or conv != "unrolled" or check_weights:
            raise ConfigError(f"topologies: options say how paths are read, and here is a {type(source).__name__}: select() and mapped() "
                              "are for what has been read")
    if isinstance(source, Topology):
        return [source]
    if isinstance(source, Layer):
        whole = Topology._of(source._core.network)
        return [whole if len(whole) == 1 else Topology([source], label=source.name)]
    if isinstance(source, (str, os.PathLike)):
        words = [layers] if isinstance(layers, str) else list(layers)
        cores, notices = _core.read_networks(
            os.fspath(source), words, orientation, drop_last_input, conv, check_weights
        )
        tell(notices)
        return [Topology._of(core) for core in cores]
    if hasattr(source, "snapshots"):  # a Run
        return [source.snapshots[-1]]
    if is_list:
        options = dict(
            layers=layers, orientation=orientation, drop_last_input=drop_last_input, conv=conv, check_weights=check_weights
        )
        return [one for part in source for one in topologies(part, **options)]
    raise TypeError(f"no topology: {type(source).__name__}; es.Layer(array) makes one of an array")


def label_in_file(label: str) -> str:
    """A label as a topology file can have it, by which a snapshot is asked for: no '/', no '@'."""
    path, at, snapshot = label.rpartition("@") if "@" in label else (label, "", "")
    name = Path(path.rstrip("/")).name
    stem = name.removesuffix(".h5") if at or "/" in path else name
    return (stem + ("-" + snapshot if at else "")).replace("@", "-") or "topology"


def _renamed(topology: Topology) -> _core.Network:
    """A copy whose names HDF5 can hold: there '/' parts the levels of a path."""
    builder = _core.NetworkBuilder(topology.label)
    for layer in topology:
        builder.add_layer(layer.name.replace("/", "."), layer._core)
    for layer, name, values in topology._core.parameters():
        builder.add_parameter(layer.replace("/", "."), name.replace("/", "."), values)
    return builder.finish()


def _unpickled(label, layers, parameters) -> Topology:
    builder = _core.NetworkBuilder(label)
    for layer in layers:
        builder.add_layer(layer.name, layer._core)
    for layer, name, values in parameters:
        builder.add_parameter(layer, name, values)
    return Topology._of(builder.finish())
