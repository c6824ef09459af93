"""Ctrl-C, threads, and other libraries in the same process."""

import threading
import time

import numpy as np
import pytest
from conftest import python

import espalier as es

WORK = """
import os, signal, threading, time
import numpy as np
import espalier as es
stream = np.random.default_rng(0)
threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
begun = time.monotonic()
try:
    {call}
    print("ended", time.monotonic() - begun)
except KeyboardInterrupt:
    print("stopped", time.monotonic() - begun)
print(es.Layer(np.eye(3)).edges)
"""
NET = "net = es.generate('erk', [(3000, 3000)] * 3, density=0.2); other = es.generate('erk', [(3000, 3000)] * 3, density=0.2, seed=1)"


@pytest.mark.parametrize(
    "call",
    [
        "es.nnstd_joint(net, other)",
        "es.distance([net, other, net, other], 'nnstd', threads=2)",
        "es.null_model(net, 1000)",
        "es.metrics(net, ['imdb', 'butterflies', 'ramanujan_gap'], null_model=100)",
    ],
)
def test_ctrl_c_ends_long_calls_soon(call):
    word, seconds, edges = python(WORK.format(call=f"{NET}; {call}")).split()
    assert word == "stopped" and float(seconds) < 8 and edges == "3"


def test_ctrl_c_saves_a_run():
    config = "{'data.dataset': 'digits', 'training.epochs': 100000, 'sparsity.density': 0.1}"
    said = python(WORK.format(call=f"es.run({config}, out='a')"))
    assert said.startswith("stopped") and es.open("a").status == "interrupted"


def test_ctrl_c_saves_a_sweep():
    call = (
        "es.sweep({'data.dataset': 'digits', 'training.epochs': 100000, 'sparsity.density': 0.1},"
        " seeds=[0, 1], out='a', jobs=2)"
    )
    said = python(WORK.replace("Timer(1.0", "Timer(4.0").format(call=call))
    assert said.startswith("stopped")
    assert {es.open(path.parent).status for path in __import__("pathlib").Path("a").glob("*/run.h5")} == {"interrupted"}


def test_the_gil_is_released():
    net = es.generate("erk", [(2000, 2000)] * 2, density=0.2)
    other = es.generate("erk", [(2000, 2000)] * 2, density=0.2, seed=1)
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.005):
            ticks.append(time.monotonic())

    clock = threading.Thread(target=tick)
    clock.start()
    begun = time.monotonic()
    es.nnstd(net, other, threads=1)
    elapsed = time.monotonic() - begun
    done.set()
    clock.join()
    assert len(ticks) > 0.1 * elapsed / 0.005


def test_threads_of_python_at_once(finished):
    net, other = (es.generate("erk", [(200, 300)], density=0.2, seed=k) for k in (0, 1))
    wanted = es.nnstd(net, other).mean
    found, failures = [], []

    def work():
        try:
            for _ in range(5):
                found.append(es.nnstd(net, other, threads=2).mean)
                found.append(es.open(finished).snapshots[-1].edges)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and set(found[::2]) | set(found[1::2]) == {wanted, es.open(finished).snapshots[-1].edges}


@pytest.mark.parametrize("order", ["import h5py, espalier", "import espalier, h5py"])
def test_h5py_in_the_same_process_in_both_orders(finished, order):
    pytest.importorskip("h5py")
    code = f"""
{order}
import numpy as np
es = espalier
with h5py.File("mine.h5", "w") as mine, h5py.File(r"{finished / 'run.h5'}") as theirs:
    mine["x"] = np.arange(1000)
    run = es.open(r"{finished}")
    last = run.snapshots[-1]
    assert np.array_equal(theirs["snapshots"][last.snapshot][last.names[0]]["indices"], last[0].indices)
    last.save("ours.h5")
    try:
        es.open("mine.h5")
    except es.Error as error:
        print("refused")
with h5py.File("mine.h5") as mine, h5py.File("ours.h5") as ours:
    assert mine["x"][-1] == 999 and len(ours["snapshots"]) == 1
kept = h5py.File("kept.h5", "w")
kept["x"] = np.arange(3)
"""
    assert python(code) == "refused\n"
    assert python("import h5py; print(h5py.File('kept.h5')['x'][2])") == "2\n"


def test_torch_in_the_same_process_in_both_orders(finished):
    pytest.importorskip("torch")
    for order in ("import torch, espalier", "import espalier, torch"):
        code = f"""
{order}
x = torch.randn(300, 300) @ torch.randn(300, 300)
print(espalier.Layer(x).edges, espalier.open(r"{finished}").status)
"""
        assert python(code) == "90000 finished\n"


def test_a_call_costs_less_than_a_millisecond():
    small = es.Layer(np.eye(4))
    calls = [lambda: es.Layer(np.eye(4)), lambda: es.metrics(small, "density"), lambda: es.distance([small, small], "jaccard")]
    for call in calls:
        best = min(_seconds(call) for _ in range(50))
        assert best < 1e-3


def _seconds(call):
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
