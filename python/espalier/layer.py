"""One layer of a network as a bipartite graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

import numpy as np

from espalier import _core
from espalier._arrays import Dense, Rows, read_array
from espalier._core import ConfigError, FormatError

if TYPE_CHECKING:
    import networkx
    import scipy.sparse


def add_to(
    builder: _core.NetworkBuilder,
    name: str,
    mask: Any,
    weights: Any = None,
    *,
    orientation: str = "out-in",
    drop_last_input: bool = False,
    shape: Sequence[int] | None = None,
) -> None:
    """Reads one array of any library into a network that is being built."""
    read = read_array(mask, f"'{name}'")
    if isinstance(read, Rows):
        if weights is not None:
            raise ConfigError(f"'{name}': a sparse mask beside weights; give the weights as that sparse matrix's data")
        _add_rows(builder, name, read, orientation, drop_last_input, shape)
        return
    if shape is not None:
        read = Dense(_reshaped(read.array, shape, name), read.is_brain)
    beside = None if weights is None else read_array(weights, f"'{name}' (weights)")
    if isinstance(beside, Rows):
        raise ConfigError(f"'{name}': sparse weights are their own mask; leave the dense mask out")
    builder.add_dense(
        name,
        read.array,
        read.is_brain,
        None if beside is None else beside.array,
        beside is not None and beside.is_brain,
        orientation,
        drop_last_input,
    )


def _reshaped(array: np.ndarray, shape: Sequence[int], name: str) -> np.ndarray:
    try:
        return array.reshape(tuple(shape))
    except ValueError as error:
        raise FormatError(f"'{name}': shape {array.shape} cannot be seen as {tuple(shape)}") from error


def _add_rows(builder, name, rows, orientation, drop_last_input, shape) -> None:
    if orientation not in ("out-in", "in-out"):
        raise ConfigError(f"'{name}': orientation '{orientation}' of a sparse matrix; 'out-in' or 'in-out'")
    if orientation == "in-out":
        rows = _turned(rows)
    sides = tuple(shape) if shape is not None else tuple(rows.shape)
    if len(sides) < 2 or sides[0] != rows.shape[0] or int(np.prod(sides[1:])) != rows.shape[1]:
        raise FormatError(f"'{name}': a matrix of shape {tuple(rows.shape)} is no layer of shape {sides}")
    builder.add_rows(name, list(sides), rows.indptr, rows.indices, rows.values, drop_last_input)


def _turned(rows: Rows) -> Rows:
    """The transposed matrix, in compressed rows again."""
    outputs = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    order = np.argsort(rows.indices, kind="stable")
    counts = np.bincount(rows.indices, minlength=rows.shape[1])
    indptr = np.concatenate(([0], np.cumsum(counts)))
    values = None if rows.values is None else rows.values[order]
    return Rows((rows.shape[1], rows.shape[0]), indptr, outputs[order], values)


class Layer:
    """One layer of a network as a bipartite graph: which weights exist, and their values where they are known.

    ``Layer(mask)`` reads an array of shape [out, in], or of a convolution [out, in, kh, kw] or [out, in, k], of
    NumPy (bools, integers, real numbers), SciPy (any sparse format), PyTorch (dense, CSR, COO; any device), JAX, or whatever
    has ``__array__`` or ``__dlpack__``. In dense arrays what is not 0 is an edge; in sparse ones every stored entry is,
    also where its value is 0, as newly grown weights are. Values are kept (as float32) where they are real numbers.

    Nothing dense is copied: the array is gone through in place, without the GIL, on all threads.

    :param mask: the array
    :param weights: values beside a mask of the same shape; the mask then says which there are
    :param name: what tables call the layer
    :param orientation: ``"out-in"`` ([out, in, kh, kw], PyTorch), ``"in-out"`` ([kh, kw, in, out], TensorFlow and JAX) or
        ``"transposed"`` ([in, out, kh, kw], ConvTranspose)
    :param drop_last_input: the last input is a bias, which is no neuron
    :param shape: of a convolution whose mask is given as a matrix [out, in * kh * kw]
    :raises FormatError: for other shapes, elements that are not finite, an edge that is there twice

    >>> import numpy as np, espalier as es
    >>> layer = es.Layer(np.array([[1, 0, 2], [0, 3, 0]]), name="fc1")
    >>> layer
    <Layer fc1 [2, 3]: 3 of 6 edges>
    >>> layer.indices
    array([0, 2, 1], dtype=uint32)
    """

    __slots__ = ("_core",)

    def __init__(
        self,
        mask: Any,
        weights: Any = None,
        *,
        name: str = "layer",
        orientation: str = "out-in",
        drop_last_input: bool = False,
        shape: Sequence[int] | None = None,
    ) -> None:
        builder = _core.NetworkBuilder(name)
        add_to(
            builder, name, mask, weights, orientation=orientation, drop_last_input=drop_last_input, shape=shape
        )
        self._core = builder.finish().layers()[0]

    @classmethod
    def _of(cls, core: _core.Layer) -> Layer:
        layer = cls.__new__(cls)
        layer._core = core
        return layer

    @property
    def name(self) -> str:
        """What tables call it."""
        return self._core.name

    @property
    def shape(self) -> tuple[int, ...]:
        """[out, in], [out, in, k] or [out, in, kh, kw]."""
        return self._core.shape

    @property
    def outputs(self) -> int:
        """Neurons or channels that it gives."""
        return self._core.outputs

    @property
    def inputs(self) -> int:
        """Neurons that it takes; of a convolution in * kh * kw."""
        return self._core.inputs

    @property
    def edges(self) -> int:
        """Kept weights."""
        return self._core.edges

    @property
    def density(self) -> float:
        """Kept weights over possible ones; NaN of a layer without positions."""
        return self.edges / self._core.positions if self._core.positions else float("nan")

    @property
    def indptr(self) -> np.ndarray:
        """int64 [out + 1], read-only: where each output's edges begin. O(edges) of a full layer, which stores none."""
        return self._core.rows()[0].view(np.int64)

    @property
    def indices(self) -> np.ndarray:
        """uint32 [edges], read-only: the flat (in, kh, kw) input of each edge, ascending for each output."""
        return self._core.rows()[1]

    @property
    def values(self) -> np.ndarray | None:
        """float32 [edges], read-only; None where only the mask is known."""
        return self._core.values()

    def to_scipy(self) -> scipy.sparse.csr_matrix:
        """[out, in * kh * kw] in compressed rows; without weights a matrix of True. Shares memory with this layer where SciPy
        lets it, so sort and change copies of it alone."""
        import scipy.sparse

        indptr, indices = self._core.rows()
        kind = np.int32 if max(self.inputs, self.edges) < 2**31 else np.int64
        values = self.values
        data = np.ones(self.edges, dtype=bool) if values is None else values
        columns = indices.view(np.int32) if kind == np.int32 else indices.astype(kind)
        matrix = scipy.sparse.csr_matrix(
            (data, columns, indptr.astype(kind)), shape=(self.outputs, self.inputs), copy=False
        )
        matrix.has_sorted_indices = True
        return matrix

    def to_numpy(self, dtype: Any = None) -> np.ndarray:
        """The dense array of the layer's shape: float32 weights with 0 where there is none, or, of a mask or with
        ``dtype=bool``, which weights exist."""
        if dtype is not None and np.dtype(dtype) == bool or self.values is None:
            mask = self._core.dense_mask()
            return mask if dtype is None else mask.astype(dtype, copy=False)
        weights = self._core.dense_weights()
        return weights if dtype is None else weights.astype(dtype, copy=False)

    def to_networkx(self, limit: int | None = 5000) -> networkx.Graph:
        """A bipartite graph of nodes ("in", i) and ("out", j), with the attribute ``bipartite`` (0 and 1) that NetworkX's
        bipartite algorithms look for, and ``weight`` where weights are known.

        :param limit: refuses more edges, of which each takes about 1 KB there; None: never
        """
        import networkx

        _require_few(self.edges, limit, f"layer {self.name}")
        graph = networkx.Graph(name=self.name)
        graph.add_nodes_from((("in", k) for k in range(self.inputs)), bipartite=0)
        graph.add_nodes_from((("out", k) for k in range(self.outputs)), bipartite=1)
        add_edges(graph, self, "in", "out")
        return graph

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("a layer is stored sparsely: a dense array of it is always a new one")
        return self.to_numpy(dtype)

    def __eq__(self, other: object) -> bool:
        """Equal shape, edges and values; names do not count."""
        return self._core == other._core if isinstance(other, Layer) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self):
        return _unpickled, (self.name, self.shape, self.indptr, self.indices, self.values)

    def __repr__(self) -> str:
        return f"<Layer {self.name} {list(self.shape)}: {self.edges} of {self._core.positions} edges>"


def add_edges(graph: Any, layer: Layer, inputs: Any, outputs: Any) -> None:
    """The edges of a layer between nodes (inputs, i) and (outputs, j)."""
    rows = np.repeat(np.arange(layer.outputs), np.diff(layer.indptr))
    pairs = zip(layer.indices.tolist(), rows.tolist())
    if layer.values is None:
        graph.add_edges_from(((inputs, i), (outputs, j)) for i, j in pairs)
    else:
        graph.add_weighted_edges_from(((inputs, i), (outputs, j), w) for (i, j), w in zip(pairs, layer.values.tolist()))


def _require_few(edges: int, limit: int | None, what: str) -> None:
    if limit is not None and edges > limit:
        raise ConfigError(f"{what}: {edges} edges, and NetworkX is slow and large beyond {limit}; limit=None allows them")


def _unpickled(name, shape, indptr, indices, values) -> Layer:
    builder = _core.NetworkBuilder(name)
    builder.add_rows(name, list(shape), indptr, indices, values, False)
    return Layer._of(builder.finish().layers()[0])
