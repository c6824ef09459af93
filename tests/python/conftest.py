"""What several tests need."""

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import espalier as es


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    """Runs without out= go below the current folder; no table of crossovers of this machine is seen."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "no-configuration"))


@pytest.fixture
def draw():
    """Masks and weights by a named seed."""

    def drawn(shape, density=0.3, seed=0, dtype=np.float32):
        stream = np.random.default_rng(seed)
        return np.where(stream.random(shape) < density, stream.normal(size=shape), 0).astype(dtype)

    return drawn


@pytest.fixture
def net(draw):
    """A small network of three layers with weights."""
    return es.Topology(
        {"fc1": draw((20, 30), seed=1), "fc2": draw((20, 20), seed=2), "fc3": draw((5, 20), seed=3)}, label="net"
    )


DIGITS = {
    "data.dataset": "digits",
    "model.hidden": [16],
    "training.epochs": 3,
    "training.batch_size": 128,
    "sparsity.method": "set",
    "sparsity.density": 0.2,
}


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """A run of three epochs on the embedded digits."""
    folder = tmp_path_factory.mktemp("runs") / "set"
    es.run(DIGITS, out=folder)
    return folder


def python(code, *, timeout=120, **environment):
    """What a script prints, in an interpreter of its own that finds the same package."""
    package = str(pathlib.Path(es.__file__).parent.parent)
    paths = [package, os.environ.get("PYTHONPATH", "")]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))} | environment
    done = subprocess.run(
        [sys.executable, "-c", code], env=variables, text=True, capture_output=True, timeout=timeout, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
