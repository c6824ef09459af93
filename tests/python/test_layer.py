"""Layers of arrays of all libraries, and back."""

import pickle

import numpy as np
import pytest

import espalier as es


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int32", "int64", "float16", "float32", "float64", ">f4"])
def test_numpy_of_every_type(draw, dtype):
    dense = np.round(4 * draw((13, 70), density=0.4)).astype(dtype)
    layer = es.Layer(dense, name="x")
    assert layer.shape == (13, 70) and layer.edges == np.count_nonzero(dense)
    assert np.array_equal(layer.to_numpy(bool), dense != 0)
    if np.dtype(dtype).kind == "f":
        assert np.array_equal(layer.to_numpy(), dense.astype(np.float32))
    else:
        assert layer.values is None


def test_convolutions_and_orientations(draw):
    kernel = draw((8, 3, 5, 5))
    layer = es.Layer(kernel)
    assert layer.shape == (8, 3, 5, 5) and layer.inputs == 75
    assert es.Layer(kernel.transpose(2, 3, 1, 0), orientation="in-out") == layer
    assert es.Layer(kernel.transpose(1, 0, 2, 3), orientation="transposed") == layer
    assert es.Layer(np.asfortranarray(kernel)) == layer
    assert es.Layer(kernel.reshape(8, 75), shape=(8, 3, 5, 5)) == layer
    assert es.Layer(draw((8, 3, 5))).shape == (8, 3, 5)


def test_last_input_is_dropped(draw):
    weights = draw((6, 9))
    assert es.Layer(weights, drop_last_input=True) == es.Layer(weights[:, :-1])


def test_mask_beside_weights_keeps_zeros(draw):
    weights = draw((6, 9), density=0.5)
    mask = np.ones((6, 9), dtype=bool)
    mask[0] = False
    layer = es.Layer(mask, weights)
    assert layer.edges == 45 and np.array_equal(layer.values, weights[1:].ravel())


@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
def test_scipy_of_every_format(draw, form, index):
    sparse = pytest.importorskip("scipy.sparse")
    dense = draw((12, 8))
    matrix = sparse.csr_matrix(dense)
    matrix.indptr, matrix.indices = matrix.indptr.astype(index), matrix.indices.astype(index)
    layer = es.Layer(matrix if form == "csr" else matrix.asformat(form))
    assert layer == es.Layer(dense)
    assert es.Layer(matrix.T.asformat(form), orientation="in-out") == layer


def test_stored_zeros_of_sparse_matrices_are_edges(draw):
    sparse = pytest.importorskip("scipy.sparse")
    matrix = sparse.csr_matrix(draw((12, 8)))
    matrix.data[:3] = 0
    layer = es.Layer(matrix)
    assert layer.edges == matrix.nnz and np.array_equal(layer.values, matrix.data)


def test_unsorted_rows_are_sorted_and_twice_is_refused():
    sparse = pytest.importorskip("scipy.sparse")
    matrix = sparse.csr_matrix((np.array([1.0, 2.0]), np.array([2, 0]), np.array([0, 2])), shape=(1, 3))
    assert es.Layer(matrix).indices.tolist() == [0, 2] and es.Layer(matrix).values.tolist() == [2, 1]
    twice = sparse.csr_matrix((np.array([1.0, 2.0]), np.array([1, 1]), np.array([0, 2])), shape=(1, 3))
    with pytest.raises(es.FormatError, match="same edge"):
        es.Layer(twice)


def test_to_scipy_and_back(draw):
    sparse = pytest.importorskip("scipy.sparse")
    layer = es.Layer(draw((12, 8)))
    matrix = layer.to_scipy()
    assert isinstance(matrix, sparse.csr_matrix) and es.Layer(matrix) == layer
    assert (matrix.toarray() == layer.to_numpy()).all()
    assert es.Layer(np.ones((3, 4), dtype=bool)).to_scipy().toarray().all()


def test_full_layers_spell_their_rows_out():
    layer = es.Layer(np.ones((3, 4)))
    assert layer.indptr.tolist() == [0, 4, 8, 12] and layer.indices.tolist() == [0, 1, 2, 3] * 3


def test_arrays_are_read_only_and_outlive_the_layer(draw):
    dense = draw((12, 8))
    indices, values = es.Layer(dense).indices, es.Layer(dense).values
    for array in (indices, values):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert np.array_equal(values, dense[dense != 0])


def test_networkx(draw):
    networkx = pytest.importorskip("networkx")
    layer = es.Layer(draw((12, 8)))
    graph = layer.to_networkx()
    assert graph.number_of_edges() == layer.edges and networkx.is_bipartite(graph)
    assert graph["in", int(layer.indices[0])]["out", 0]["weight"] == pytest.approx(float(layer.values[0]))
    with pytest.raises(es.ConfigError, match="limit=None"):
        layer.to_networkx(limit=layer.edges - 1)


def test_pickled(draw):
    for layer in (es.Layer(draw((12, 8)), name="a"), es.Layer(np.ones((2, 3), dtype=bool))):
        again = pickle.loads(pickle.dumps(layer))
        assert again == layer and again.name == layer.name


@pytest.mark.parametrize(
    "mask, message",
    [
        (np.ones(3), "1 dimensions"),
        (np.ones((2, 2, 2, 2, 2)), "5 dimensions"),
        (np.array([[1, np.nan]]), "entry 1 is NaN"),
        (np.array([[1 + 2j]]), "complex128"),
        (np.array([["a"]]), "type <U1"),
        (np.array([[None]]), "type object"),
    ],
)
def test_what_is_no_layer_is_refused(mask, message):
    with pytest.raises(es.FormatError, match=message):
        es.Layer(mask)


def test_jax(draw):
    jax = pytest.importorskip("jax.numpy")
    dense = draw((12, 8))
    assert es.Layer(jax.asarray(dense)) == es.Layer(dense)
    small = jax.asarray(dense, dtype=jax.bfloat16)
    assert es.Layer(small) == es.Layer(np.asarray(small, dtype=np.float32))
