"""Arrays of other libraries as NumPy sees them, without copies of what is dense."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np

from espalier._core import FormatError


class Dense(NamedTuple):
    """An array in place."""

    array: np.ndarray
    is_brain: bool  # 16-bit integers that are the bits of bfloat16


class Rows(NamedTuple):
    """A sparse matrix in compressed rows; a stored entry is an edge, also where its value is 0."""

    shape: tuple[int, ...]
    indptr: np.ndarray
    indices: np.ndarray
    values: np.ndarray | None  # float32; None for entries that are no real numbers


def is_scipy(value: Any) -> bool:
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and sparse.issparse(value)


def is_torch(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def read_array(value: Any, where: str) -> Dense | Rows:
    """Any array as one of the two forms; `where` is what errors call it."""
    if is_scipy(value):
        return _of_scipy(value, where)
    if is_torch(value):
        return _of_torch(value, where)
    return _of_numpy(value, where)


def dimensions(value: Any) -> int:
    """Of any array, without looking at its elements."""
    count = getattr(value, "ndim", None)
    return count if isinstance(count, int) else np.asarray(value).ndim


def is_real(value: Any) -> bool:
    """Whether its elements are floating-point numbers."""
    if is_torch(value):
        return value.is_floating_point()
    kind = np.dtype(getattr(value, "dtype", None) or np.asarray(value).dtype)
    return kind.kind == "f" or kind.name == "bfloat16"


def _float_values(data: np.ndarray) -> np.ndarray | None:
    if data.dtype.kind == "f":
        return np.ascontiguousarray(data, dtype=np.float32)
    if data.dtype.kind in "bui":
        return None
    return np.ascontiguousarray(data.astype(np.float32))  # bfloat16 of ml_dtypes; complex numbers are refused by NumPy


def _of_scipy(matrix: Any, where: str) -> Rows:
    if matrix.ndim != 2:
        raise FormatError(f"{where}: a sparse array of {matrix.ndim} dimensions; 2 are needed, with shape= for kernels")
    if matrix.dtype.kind == "c":
        raise FormatError(f"{where}: complex numbers; bools, integers or real numbers are needed")
    had_dense_parts = matrix.format in ("bsr", "dia")
    rows = matrix.tocsr()
    if had_dense_parts:  # of blocks and diagonals what is not 0 is an edge
        rows = rows.copy() if rows is matrix else rows
        rows.eliminate_zeros()
    return Rows(rows.shape, rows.indptr, rows.indices, _float_values(rows.data))


def _of_torch(tensor: Any, where: str) -> Dense | Rows:
    torch = sys.modules["torch"]
    tensor = tensor.detach()
    if tensor.is_meta:
        raise FormatError(f"{where}: a tensor on the device 'meta' has no elements")
    if tensor.is_quantized:
        tensor = tensor.dequantize()
    if tensor.layout != torch.strided:
        return _of_sparse_torch(torch, tensor.cpu(), where)
    tensor = tensor.cpu()
    if tensor.dtype == torch.bfloat16:
        return Dense(tensor.view(torch.int16).numpy(), True)
    if tensor.is_floating_point() and tensor.element_size() < 2:
        tensor = tensor.float()  # the 8-bit formats, which NumPy lacks
    return _of_numpy(tensor.numpy(), where)


def _of_sparse_torch(torch: Any, tensor: Any, where: str) -> Rows:
    if tensor.dim() != 2:
        raise FormatError(f"{where}: a sparse tensor of {tensor.dim()} dimensions; 2 are needed, or .to_dense()")
    if tensor.layout == torch.sparse_coo:
        tensor = tensor.coalesce()
        values = tensor.values()
        rows, columns = tensor.indices().numpy()
        counts = np.bincount(rows, minlength=tensor.shape[0])
        indptr = np.concatenate(([0], np.cumsum(counts)))
        indices = columns
    else:
        if tensor.layout != torch.sparse_csr:
            tensor = tensor.to_sparse_csr()
        indptr, indices, values = tensor.crow_indices().numpy(), tensor.col_indices().numpy(), tensor.values()
    if values.dtype == torch.bfloat16:
        values = values.float()
    return Rows(tuple(tensor.shape), indptr, indices, _float_values(values.numpy()))


def _of_numpy(value: Any, where: str) -> Dense:
    if not hasattr(value, "__array__") and hasattr(value, "__dlpack__"):
        value = np.from_dlpack(value)
    array = np.asarray(value)
    if array.dtype.name == "bfloat16":  # ml_dtypes, which JAX brings
        return Dense(array.view(np.uint16), True)
    if array.dtype.kind not in "buif" or array.dtype.itemsize > 8:
        raise FormatError(
            f"{where}: elements of type {array.dtype}; bools, integers or real numbers of at most 8 bytes are needed"
        )
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return Dense(array, False)
