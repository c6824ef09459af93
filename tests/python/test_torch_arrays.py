"""Layers and topologies of PyTorch's tensors and models."""

import numpy as np
import pytest

import espalier as es

torch = pytest.importorskip("torch")


@pytest.mark.parametrize(
    "dtype", [torch.bool, torch.int32, torch.float16, torch.bfloat16, torch.float32, torch.float64]
)
def test_dense_of_every_type(draw, dtype):
    tensor = torch.from_numpy(np.round(4 * draw((13, 70)))).to(dtype)
    layer = es.Layer(tensor)
    assert np.array_equal(layer.to_numpy(bool), (tensor != 0).numpy())
    if dtype.is_floating_point:
        assert np.array_equal(layer.to_numpy(), tensor.float().numpy())


def test_sparse_layouts(draw):
    dense = torch.from_numpy(draw((13, 70)))
    layer = es.Layer(dense)
    assert es.Layer(dense.to_sparse_csr()) == layer
    assert es.Layer(dense.to_sparse()) == layer
    assert es.Layer(dense.to_sparse().bfloat16()).edges == layer.edges


def test_channels_last_and_parameters(draw):
    kernel = torch.from_numpy(draw((8, 4, 3, 3)))
    assert es.Layer(kernel.to(memory_format=torch.channels_last)) == es.Layer(kernel)
    assert es.Layer(torch.nn.Parameter(kernel)) == es.Layer(kernel)


def test_a_meta_tensor_has_no_elements():
    with pytest.raises(es.FormatError, match="meta"):
        es.Layer(torch.empty((2, 3), device="meta"))


@pytest.fixture
def model():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(16, 5)
    )


def test_state_dict_there_and_back(model):
    net = es.Topology.from_state_dict(model.state_dict())
    assert net.names == ["0.weight", "3.weight"] and net[0].shape == (4, 3, 3, 3)
    assert set(net.parameters) == {"0.bias", "3.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var"}
    state = {name: torch.from_numpy(array) for name, array in net.state_dict().items()}
    again = torch.nn.Sequential(*[type(m)(*a) for m, a in zip(model, [(3, 4, 3), (4,), (), (16, 5)])])
    missing = again.load_state_dict(state, strict=False)
    assert set(missing.missing_keys) <= {"1.num_batches_tracked"} and not missing.unexpected_keys
    assert all(torch.equal(again.state_dict()[name], value) for name, value in state.items())
    assert es.Topology.from_state_dict(model) == net


def test_filters_and_masks(model):
    state = model.state_dict()
    assert es.Topology.from_state_dict(state, exclude="3.*").names == ["0.weight"]
    assert es.Topology.from_state_dict(state, include=["3.*"]).names == ["3.weight"]
    mask = torch.zeros(5, 16, dtype=torch.bool)
    mask[:, :2] = True
    net = es.Topology.from_state_dict(state, masks={"3": mask})
    assert net["3"].edges == 10 and net["0"].edges == 108
    with pytest.raises(es.ConfigError, match="no tensor .* 'nothing'"):
        es.Topology.from_state_dict(state, include="nothing")
    with pytest.raises(es.ConfigError, match="4"):
        es.Topology.from_state_dict(state, masks={"4.weight": mask})


def test_pruned_by_torch(model):
    prune = pytest.importorskip("torch.nn.utils.prune")
    prune.random_unstructured(model[3], "weight", amount=0.5)
    net = es.Topology.from_state_dict(model.state_dict())
    assert net.names == ["0.weight", "3.weight"] and net["3"].edges == 40


def test_saved_files_read_back_as_the_model(model, tmp_path):
    net = es.Topology.from_state_dict(model)
    for name in ("x.h5", "x.npz", "x.safetensors", "folder"):
        net.save(tmp_path / name)
        again = es.Topology.open(tmp_path / name)
        assert [layer.to_numpy().tolist() for layer in again] == [layer.to_numpy().tolist() for layer in net]
    net.save(tmp_path / "state.safetensors", form="state_dict")
    torch.save(model.state_dict(), tmp_path / "model.pt")
    assert es.open(tmp_path / "model.pt") == net
