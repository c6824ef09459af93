"""What torch.save() writes is read as PyTorch reads it, or refused in one line.

Usage: torch_files.py ESPALIER. Exit status 77 where PyTorch is not installed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

try:
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

ESPALIER = sys.argv[1]


def run(*arguments):
    return subprocess.run([ESPALIER, *map(str, arguments)], capture_output=True, text=True, check=False)


def edges(path):
    done = run("metrics", path, "--metric", "edges", "--json")
    assert done.returncode == 0, done.stderr
    (topology,) = json.loads(done.stdout)
    return {layer["name"]: layer["edges"] for layer in topology["layers"]}


def refused(path, *words):
    done = run("inspect", path)
    assert done.returncode == 1 and done.stderr.count("\n") == 1, (path, done)
    for word in words:
        assert word in done.stderr, (path, word, done.stderr)


def sparse_model():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(12, 9), torch.nn.BatchNorm1d(9), torch.nn.Linear(9, 4))
    with torch.no_grad():
        for value in model.parameters():
            if value.dim() > 1:
                value *= torch.rand_like(value) < 0.3
    return model


def check_state_dicts(model):
    expected = {k: int((v != 0).sum()) for k, v in model.state_dict().items() if v.dim() > 1}
    for protocol in (2, 3, 4, 5):
        torch.save(model.state_dict(), "model.pt", pickle_protocol=protocol)
        assert edges("model.pt") == expected
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(5, 12)).sum().backward()
    optimizer.step()
    state = torch.nn.DataParallel(model).state_dict()
    expected = {k.removeprefix("module."): int((v != 0).sum()) for k, v in state.items() if v.dim() > 1}
    checkpoint = {"epoch": 3, "state_dict": state, "best_acc1": torch.tensor(0.5), "optimizer": optimizer.state_dict(),
                  "args": argparse.Namespace(lr=0.1), "rng": torch.get_rng_state()}
    torch.save(checkpoint, "checkpoint.pth.tar")
    assert edges("checkpoint.pth.tar") == expected


def check_tensors():
    base = torch.arange(12.0).reshape(3, 4)
    for value in (base, base.t(), base[:, 1:3], base[1:2], torch.tensor([[0.0], [2.0]]).expand(2, 5), base > 5,
                  base.half(), base.bfloat16(), base.double(), base.long(), base.int(), base.short(), base.char(), base.byte(),
                  torch.nn.Parameter(base)):
        torch.save({"w": value}, "one.pt")
        assert edges("one.pt") == {"w": int((value != 0).sum())}, value


def check_refusals(model):
    state = model.state_dict()
    torch.save(model, "module.pt")
    refused("module.pt", "torch.nn.modules.container.Sequential", ".state_dict()")
    torch.save(torch.optim.SGD(model.parameters(), 0.1), "optimizer.pt")
    refused("optimizer.pt", "optimizer", "model.state_dict()")
    torch.save(state, "old.pt", _use_new_zipfile_serialization=False)
    refused("old.pt", "before 1.6", "new.pt")
    torch.jit.script(model).save("script.pt")
    refused("script.pt", "TorchScript", "torch.jit.load")
    torch.save({"w": torch.eye(3).to_sparse()}, "sparse.pt")
    refused("sparse.pt", "_rebuild_sparse_tensor", "to_dense()")
    torch.save({"a": dict(state), "b": dict(state)}, "two.pt")
    refused("two.pt", "several dicts of tensors: a, b")
    assert edges("two.pt:b")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    check_state_dicts(sparse_model())
    check_tensors()
    check_refusals(sparse_model())
    print(f"files of PyTorch {torch.__version__}: all counts equal")
    os.chdir("/")
