"""A residual network that was trained here computes the same in PyTorch.

Trains one with each normalisation, exports it, loads it with strict=True into a module written by hand, and compares
logits on random inputs.

Usage: residual_in_torch.py ESPALIER. Exit status 77 where PyTorch is not installed.
"""

import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ESPALIER = sys.argv[1]

CONFIG = """seed = 3
[data]
dataset = "digits"
[model]
kind = "residual_mlp"
hidden = [32, 24, 16]
normalisation = "{normalisation}"
[sparsity]
method = "rigl"
density = 0.3
update_every = "20it"
[training]
epochs = 3
batch_size = 64
"""

NORMS = {"none": torch.nn.Identity, "batch_norm": torch.nn.BatchNorm1d, "layer_norm": torch.nn.LayerNorm}


class Block(torch.nn.Module):
    """What adds to the stream."""

    def __init__(self, stream, width, norm):
        super().__init__()
        self.norm = norm(stream)
        self.fc1 = torch.nn.Linear(stream, width)
        self.fc2 = torch.nn.Linear(width, stream)

    def forward(self, stream):
        return stream + self.fc2(torch.relu(self.fc1(self.norm(stream))))


class Residual(torch.nn.Module):
    """The network of CONFIG."""

    def __init__(self, norm):
        super().__init__()
        self.stem = torch.nn.Linear(64, 32)
        self.block1 = Block(32, 24, norm)
        self.block2 = Block(32, 16, norm)
        self.norm = norm(32)
        self.head = torch.nn.Linear(32, 10)

    def forward(self, inputs):
        return self.head(self.norm(self.block2(self.block1(self.stem(inputs)))))


def espalier(*arguments):
    subprocess.run([ESPALIER, *map(str, arguments)], check=True, capture_output=True)


def compare(folder, normalisation):
    """Largest difference of logits over their largest size."""
    config = folder / f"{normalisation}.toml"
    config.write_text(CONFIG.format(normalisation=normalisation), encoding="utf-8")
    run, network, logits = (folder / f"{normalisation}-{what}" for what in ("run", "net.npz", "logits.npz"))
    espalier("run", config, "--out", run)
    espalier("export", run, "--format", "state-dict", "--with-inputs", "--out", network)
    inputs = 16.0 * np.random.default_rng(0).random((50, 64), dtype=np.float32)
    np.savez(folder / "x.npz", x=inputs)
    espalier("evaluate", run, "--data", folder / "x.npz", "--logits", logits)
    arrays = dict(np.load(network))
    scaled = ((inputs - arrays.pop("inputs.mean")) / arrays.pop("inputs.std")).astype(np.float32)
    arrays = {name: torch.tensor(array) for name, array in arrays.items() if not name.startswith("__")}
    module = Residual(NORMS[normalisation])
    module.load_state_dict(arrays, strict=True)
    module.eval()
    theirs = module(torch.tensor(scaled)).detach().numpy()
    return np.abs(np.load(logits)["logits"] - theirs).max() / np.abs(theirs).max()


with tempfile.TemporaryDirectory() as temporary:
    for name in NORMS:
        difference = compare(pathlib.Path(temporary), name)
        print(f"{name}: logits differ by {difference:.1e} of the largest")
        assert difference < 1e-5, name
