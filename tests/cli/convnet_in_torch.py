"""A network of images that was trained here computes the same in PyTorch, and comes back the same.

Trains three, one of them over sequences, exports them, loads them with strict=True into modules written by hand, and compares logits on random images; then
evaluates the state dict that PyTorch holds.

Usage: convnet_in_torch.py ESPALIER. Exit status 77 where PyTorch is not installed.
"""

import pathlib
import subprocess
import sys
import tempfile

try:
    import numpy as np
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ESPALIER = sys.argv[1]

CONFIG = """seed = 3
[data]
dataset = "{dataset}"
[model]
{model}
[sparsity]
method = "rigl"
density = 0.3
update_every = "3it"
[training]
epochs = 2
batch_size = 64
label_smoothing = 0.1
"""

LISTED = """kind = "layers"
[[model.layers]]
kind = "conv2d"
name = "first"
channels = 6
kernel = 3
padding = 1
[[model.layers]]
kind = "group_norm"
name = "norm"
groups = 2
[[model.layers]]
kind = "relu"
[[model.layers]]
kind = "max_pool"
kernel = 2
[[model.layers]]
kind = "conv2d"
name = "second"
channels = 8
kernel = [3, 1]
stride = 2
groups = 2
[[model.layers]]
kind = "flatten"
[[model.layers]]
kind = "linear"
name = "head"
"""


SEQUENCE = """kind = "layers"
[[model.layers]]
kind = "replication_pad"
padding = [0, 6, 0, 0]
[[model.layers]]
kind = "conv1d"
name = "conv"
channels = 8
kernel = 7
bias = false
[[model.layers]]
kind = "batch_norm"
name = "bn"
[[model.layers]]
kind = "relu"
[[model.layers]]
kind = "conv1d"
name = "grouped"
channels = 6
kernel = 3
stride = 2
padding = 1
groups = 2
[[model.layers]]
kind = "adaptive_max_pool"
size = 5
[[model.layers]]
kind = "flatten"
[[model.layers]]
kind = "linear"
name = "head"
"""


class Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, inputs, channels, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        changes = stride != 1 or inputs != channels
        self.shortcut = (nn.Sequential(nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.BatchNorm2d(channels)) if changes
                         else nn.Sequential())

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))) + self.shortcut(x))


class Resnet(nn.Module):
    """cifar_resnet_8_8, with the names of open_lth."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(8)
        self.blocks = nn.Sequential(Block(8, 8, 1), Block(8, 16, 2), Block(16, 32, 2))
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        return self.fc(self.blocks(F.relu(self.bn(self.conv(x)))).mean((2, 3)))


class Listed(nn.Module):
    """The network of LISTED."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(1, 6, 3, 1, 1)
        self.norm = nn.GroupNorm(2, 6)
        self.second = nn.Conv2d(6, 8, (3, 1), 2, groups=2)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.norm(self.first(x))), 2)
        return self.head(self.second(x).flatten(1))


class Sequence(nn.Module):
    """The network of SEQUENCE."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 8, 7, bias=False)
        self.bn = nn.BatchNorm1d(8)
        self.grouped = nn.Conv1d(8, 6, 3, 2, 1, groups=2)
        self.head = nn.Linear(30, 10)

    def forward(self, x):
        x = F.relu(self.bn(self.conv(F.pad(x, (0, 6), mode="replicate"))))
        return self.head(F.adaptive_max_pool1d(self.grouped(x), 5).flatten(1))


def sequences(folder):
    """400 samples of 3 channels of length 21, of ten classes."""
    random = np.random.default_rng(1)
    labels = random.integers(0, 10, 400)
    inputs = random.normal(size=(400, 3, 21)).astype(np.float32)
    inputs[np.arange(400), labels % 3, labels] += 3.0
    np.savez(folder / "sequences.npz", x=inputs[:300], y=labels[:300], x_test=inputs[300:], y_test=labels[300:])
    return folder / "sequences.npz"


def espalier(*arguments):
    done = subprocess.run([ESPALIER, *map(str, arguments)], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def logits_of(folder, network, *options):
    espalier("evaluate", network, "--data", folder / "x.npz", "--logits", folder / "logits.npz", "--force", *options)
    return np.load(folder / "logits.npz")["logits"]


def compare(folder, name, model, module, dataset, shape):
    """Largest differences of logits over their largest size: of the run, and of PyTorch's state dict read here."""
    config = folder / f"{name}.toml"
    config.write_text(CONFIG.format(model=model, dataset=dataset), encoding="utf-8")
    run, network = folder / f"{name}-run", folder / f"{name}.npz"
    espalier("run", config, "--out", run)
    espalier("export", run, "--format", "state-dict", "--with-inputs", "--out", network)
    inputs = 16.0 * np.random.default_rng(0).random((50, *shape), dtype=np.float32)
    np.savez(folder / "x.npz", x=inputs)
    ours = logits_of(folder, run)
    arrays = dict(np.load(network))
    mean, std = arrays.pop("inputs.mean"), arrays.pop("inputs.std")
    scaled = ((inputs.reshape(50, -1) - mean) / std).astype(np.float32).reshape(inputs.shape)
    module.load_state_dict({key: torch.tensor(array) for key, array in arrays.items() if not key.startswith("__")}, strict=True)
    module.eval()
    theirs = module(torch.tensor(scaled)).detach().numpy()
    torch.save(module.state_dict(), folder / f"{name}.pt")
    back = logits_of(folder, folder / f"{name}.pt", "--config", config)
    largest = np.abs(theirs).max()
    return np.abs(ours - theirs).max() / largest, np.abs(back - ours).max() / largest


with tempfile.TemporaryDirectory() as temporary:
    place = pathlib.Path(temporary)
    images = ("digits", (1, 8, 8))
    for title, text, network_of_torch, (data, sides) in (("resnet", 'kind = "cifar_resnet_8_8"', Resnet(), images),
                                                         ("listed", LISTED, Listed(), images),
                                                         ("sequence", SEQUENCE, Sequence(), (sequences(place), (3, 21)))):
        out, back_in = compare(place, title, text, network_of_torch, data, sides)
        print(f"{title}: logits differ by {out:.1e} of the largest in PyTorch, by {back_in:.1e} back here")
        assert out < 1e-5 and back_in < 1e-5, title
