"""What docstrings and docs/python.md show is what happens; all public functions are described; stubs name what there is."""

import ast
import doctest
import importlib
import inspect
import pathlib
import pkgutil
import pydoc
import re

import pytest

import espalier as es
from espalier import _core

MODULES = [f"espalier.{module.name}" for module in pkgutil.iter_modules(es.__path__) if module.name not in ("_core", "__main__")]
SOURCE = pathlib.Path(__file__).parents[2]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_docstrings(name):
    if name in ("espalier.torch", "espalier.figures"):
        pytest.importorskip({"espalier.torch": "torch", "espalier.figures": "matplotlib"}[name])
    assert doctest.testmod(importlib.import_module(name), optionflags=FLAGS).failed == 0


def test_examples_of_the_page():
    page = SOURCE / "docs" / "python.md"
    if not page.exists():
        pytest.skip("docs/python.md is not there")
    pytest.importorskip("torch")
    found = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS)
    assert found.failed == 0 and found.attempted > 20


def test_everything_public_is_described():
    silent = []
    for name in es.__all__:
        thing = getattr(es, name)
        members = [(name, thing)]
        if inspect.isclass(thing) and thing.__module__.startswith("espalier"):
            members += [(f"{name}.{member}", value) for member, value in vars(thing).items() if not member.startswith("_")]
        for member, value in members:
            if callable(value) or isinstance(value, property):
                if not (getattr(value, "__doc__", None) or "").strip():
                    silent.append(member)
    assert silent == []


def test_what_completion_and_help_show():
    assert not set(dir(es)) & {"Any", "annotations", "importlib", "numpy"} and {"torch", "figures", "open", "plot"} <= set(dir(es))
    assert list(inspect.signature(es.plot).parameters) == ["runs", "what", "out", "width", "height", "split", "start", "force"]
    pytest.importorskip("torch")
    described = pydoc.render_doc(es.torch, renderer=pydoc.plaintext)
    assert re.search(r"^    class (\w+)", described, re.M)[1] == "MaskScheduler"


def test_plot_is_that_of_the_figures():
    pytest.importorskip("matplotlib")
    assert inspect.signature(es.plot) == inspect.signature(es.figures.plot)


def test_the_stub_names_what_the_core_has():
    stub = ast.parse((pathlib.Path(es.__path__[0]) / "_core.pyi").read_text(encoding="utf-8"))
    named = {node.name: node for node in stub.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    there = {name for name in dir(_core) if not name.startswith("_")}
    assert there == set(named)
    for name, node in named.items():
        if isinstance(node, ast.ClassDef) and node.body and isinstance(node.body[0], (ast.FunctionDef, ast.AnnAssign)):
            members = {getattr(part, "name", None) or part.target.id for part in node.body}
            assert {m for m in members if not m.startswith("__")} == {m for m in dir(getattr(_core, name)) if not m.startswith("_")}
