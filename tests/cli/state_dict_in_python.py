"""A network that was trained here has its accuracy elsewhere, to the last digit.

Trains small networks, exports them, and scores them three times: by NumPy from the .safetensors file, by PyTorch with
the lines that docs/formats.md gives (where it is installed), and by espalier itself.

Usage: state_dict_in_python.py ESPALIER SOURCE_DIR. Exit status 77 where NumPy is not installed.
"""

import gzip
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

try:
    import torch
except ImportError as missing:
    torch = None
    print(f"without PyTorch, by NumPy alone: {missing}")

ESPALIER = sys.argv[1]
SOURCE = pathlib.Path(sys.argv[2])
PAGE = (SOURCE / "docs/formats.md").read_text(encoding="utf-8")

CONFIG = """seed = 3
[data]
dataset = "digits"
standardise = "{standardise}"
[model]
hidden = [32, 16]
activation = "{activation}"
[sparsity]
method = "set"
density = 0.3
update_every = "7it"
[optimizer]
learning_rate = 0.05
[training]
epochs = 5
batch_size = 64
"""


def run(*arguments):
    done = subprocess.run([ESPALIER, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return json.loads(done.stdout)


def test_digits():
    """The test set as it is embedded: its last 360 images."""
    folder = SOURCE / "src/data/digits"
    images = np.frombuffer(gzip.decompress((folder / "images-idx3-ubyte.gz").read_bytes())[16:], np.uint8)
    labels = np.frombuffer(gzip.decompress((folder / "labels-idx1-ubyte.gz").read_bytes())[8:], np.uint8)
    return images.reshape(-1, 64)[1437:].astype(np.float32), labels[1437:]


def read_safetensors(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    types = {"F32": np.float32, "BOOL": np.bool_}
    return metadata, {
        name: np.frombuffer(data[8 + length :][slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(
            entry["shape"]
        )
        for name, entry in header.items()
    }


def activated(layer, state, x):
    """One layer that is no linear one, as the file's own metadata describe it."""
    if layer["kind"] == "sigmoid":
        return 1 / (1 + np.exp(-x))
    if layer["kind"] == "srelu":
        part = {name: state[f"{layer['name']}.{name}"] for name in
                ("left_threshold", "left_slope", "right_threshold", "right_slope")}
        left = part["left_threshold"]
        right = left + np.abs(part["right_threshold"])
        above = np.where(x >= right, right + part["right_slope"] * (x - right), x)
        return np.where(x <= left, left + part["left_slope"] * (x - left), above)
    return np.where(x > 0, x, np.float32(layer.get("negative_slope", 0)) * x)


def numpy_accuracy(path, x, y):
    metadata, state = read_safetensors(path)
    x = (x - state["inputs.mean"]) / state["inputs.std"]
    for layer in json.loads(metadata["layers"]):
        if layer["kind"] == "linear":
            x = x @ state[layer["name"] + ".weight"].T + state[layer["name"] + ".bias"]
        else:
            x = activated(layer, state, x)
    return float(np.mean(x.argmax(1) == y))


def documented_lines(mark):
    """The Python block of the page that holds `mark`."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    (block,) = [block for block in blocks if mark in block]
    return block


def torch_accuracy(x, y):
    """By the page's own lines, in a folder with net.npz; x as the dataset has it."""
    lines = documented_lines('np.load("net.npz")')
    assert "strict=True" in lines
    found = {"x": x}
    exec(lines, found)
    return float(np.mean(found["logits"].argmax(1).numpy() == y))


def check(activation, standardise):
    x, y = test_digits()
    pathlib.Path("c.toml").write_text(CONFIG.format(activation=activation, standardise=standardise))
    wanted = run("run", "c.toml", "--out", "run", "--force", "--json")["test_accuracy"]
    for out in ("net.safetensors", "net.npz"):
        run("export", "run", "--format", "state-dict", "--with-inputs", "--out", out, "--force", "--json")
    found = {"NumPy": numpy_accuracy("net.safetensors", x, y)}
    _, tensors = read_safetensors("net.safetensors")
    arrays = dict(np.load("net.npz").items())
    assert list(tensors) == list(arrays) and all(np.array_equal(arrays[k], tensors[k]) for k in arrays)
    if torch is not None and activation == "relu":
        found["PyTorch"] = torch_accuracy(x, y)
    found["evaluate"] = run("evaluate", "net.safetensors", "--config", "c.toml", "--json")["test_accuracy"]
    run("evaluate", "run", "--logits", "logits.npz", "--force", "--json")
    logits = np.load("logits.npz")["logits"]
    assert logits.dtype == np.float32 and logits.shape == (360, 10)
    found["logits"] = float(np.mean(logits.argmax(1) == y))
    pathlib.Path("next.toml").write_text(
        CONFIG.format(activation=activation, standardise=standardise)
        .replace('method = "set"', 'method = "dense"\ninit = "file:net.safetensors"\ninit_weights = true')
        .replace('density = 0.3\nupdate_every = "7it"\n', "")
        .replace("epochs = 5", "epochs = 1")
    )
    run("run", "next.toml", "--out", "next", "--force", "--json")
    found["init = file:"] = run("evaluate", "next/run.h5@first", "--json")["test_accuracy"]
    assert all(accuracy == wanted for accuracy in found.values()), (activation, standardise, wanted, found)
    print(f"{activation}, {standardise}: {wanted} by {', '.join(found)}")


with tempfile.TemporaryDirectory() as folder:
    import os

    assert "strict=False" not in PAGE
    os.chdir(folder)
    check("relu", "channel")
    check("all_relu", "feature")
    check("srelu", "none")
    check("sigmoid", "channel")
    os.chdir("/")
