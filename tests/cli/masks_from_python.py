"""Executes the export that docs/formats.md gives users of PyTorch, then lets espalier count.

Usage: masks_from_python.py ESPALIER FORMATS_MD. Exit status 77 where PyTorch or SciPy is not installed.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import scipy.sparse
    import torch
    from torch.nn.utils import prune
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ESPALIER = sys.argv[1]
PAGE = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")


def documented_lines(mark):
    """The Python block of the page that holds `mark`."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    (block,) = [block for block in blocks if mark in block]
    return block


def run(*arguments):
    done = subprocess.run([ESPALIER, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return json.loads(done.stdout)


def edges(path, *options):
    (topology,) = run("metrics", path, "--metric", "edges", "--json", *options)
    return {layer["name"]: layer["edges"] for layer in topology["layers"]}


def small_model():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3),
        torch.nn.BatchNorm2d(8),
        torch.nn.Flatten(),
        torch.nn.Linear(8 * 36, 20),
        torch.nn.Linear(20, 5),
    )


def check_sparse_state_dict():
    """Weights that are zero where they are pruned: what training with masks leaves."""
    model = small_model()
    with torch.no_grad():
        for value in model.parameters():
            if value.dim() > 1:
                value *= torch.rand_like(value) < 0.2
    exec(documented_lines("np.savez"), {"model": model})  # the page's own lines
    expected = {k: int((v != 0).sum()) for k, v in model.state_dict().items() if v.dim() > 1}
    assert edges("masks.npz") == expected, (edges("masks.npz"), expected)
    assert list(expected) == ["0.weight", "3.weight", "4.weight"]
    shapes = [layer["shape"] for layer in run("inspect", "masks.npz", "--json")[0]["layers"]]
    assert shapes == [[8, 3, 3, 3], [20, 288], [5, 20]], shapes
    assert edges("masks.npz", "--layers", "4.weight,0.weight") == {k: expected[k] for k in ("4.weight", "0.weight")}
    return model


def check_pruned_state_dict():
    """torch.nn.utils.prune keeps weight and mask side by side; a kept weight of 0 is an edge."""
    model = small_model()
    for module in (model[0], model[3], model[4]):
        prune.random_unstructured(module, "weight", amount=0.7)
    with torch.no_grad():
        model[4].weight_orig[model[4].weight_mask.bool()] = 0
    exec(documented_lines("np.savez"), {"model": model})
    expected = {
        k.removesuffix("_mask"): int(v.sum()) for k, v in model.state_dict().items() if k.endswith("weight_mask")
    }
    assert edges("masks.npz") == expected, (edges("masks.npz"), expected)


def write_safetensors(path, arrays):
    """As the package does, which Debian has not."""
    types = {"float32": "F32", "int64": "I64"}
    header, data = {}, b""
    for name, array in sorted(arrays.items(), key=lambda item: -item[1].dtype.itemsize):
        span = [len(data), len(data) + array.nbytes]
        header[name] = {"dtype": types[str(array.dtype)], "shape": array.shape, "data_offsets": span}
        data += array.tobytes()
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(len(text).to_bytes(8, "little") + text + data)


def check_way_back(model):
    """Into a topology file, out as a state dict, and by the page's lines into the model: every tensor is there."""
    write_safetensors("state.safetensors", {k: v.numpy() for k, v in model.state_dict().items()})
    run("import", "state.safetensors", "--out", "masks.h5", "--json")
    run("export", "masks.h5", "--format", "state-dict", "--out", "back.npz", "--json")
    before = {k: v.clone() for k, v in model.state_dict().items()}
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:  # counters stay as they are
                value.zero_()
    exec(documented_lines('np.load("back.npz")'), {"model": model})
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name


def check_scipy():
    """Every format SciPy writes is read; stored zeros of single entries are edges."""
    dense = np.where(np.random.default_rng(0).random((6, 9)) < 0.3, 1.5, 0).astype("f4")
    stored = scipy.sparse.csr_matrix(dense)
    stored.data[0] = 0
    for convert in ("tocsr", "tocsc", "tocoo"):
        scipy.sparse.save_npz("m.npz", getattr(stored, convert)())
        assert edges("m.npz") == {"m": stored.nnz}
    for convert in ("tobsr", "todia"):  # what is 0 in a block or on a diagonal is no edge
        scipy.sparse.save_npz("m.npz", getattr(scipy.sparse.csr_matrix(dense), convert)())
        assert edges("m.npz") == {"m": int((dense != 0).sum())}
    scipy.sparse.save_npz("m.npz", stored)
    run("export", "m.npz", "--format", "npz", "--out", "folder", "--json")
    again = scipy.sparse.load_npz("folder/m.npz")
    assert again.nnz == stored.nnz and np.array_equal(again.toarray(), stored.toarray())
    for array in (np.asfortranarray(dense), dense.astype("f2"), dense.astype("i4"), dense != 0):
        np.savez_compressed("m.npz", m=array)
        assert edges("m.npz") == {"m": int((array != 0).sum())}


with tempfile.TemporaryDirectory() as folder:
    import os

    os.chdir(folder)
    check_way_back(check_sparse_state_dict())
    check_pruned_state_dict()
    check_scipy()
    print("masks from PyTorch and SciPy: all counts equal")
    os.chdir("/")
