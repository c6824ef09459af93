"""Rules, metrics, distances, losses and callbacks written in Python, by name in configurations and calls.

>>> import numpy as np, espalier as es
>>> @es.drop_rule("small_and_flat")
... def small_and_flat(asked):
...     "what is small and has no slope goes"
...     return np.abs(asked.layer.values) + 0.1 * np.abs(asked.gradient)
>>> es.resolve({"sparsity.method": "rigl", "sparsity.drop_rule": "small_and_flat"})["sparsity"]["drop_rule"]
'small_and_flat'

A name that Python gave can be given again: the newer function is then called. Functions get copies, read-only, and run with the GIL,
one at a time; results are equal for any number of threads as long as a function answers the same question alike, so draw from
``asked.rng``. Runs of ``es.sweep`` that ask for one are threads of this process, as others would not know it.

What a function raises ends the run, which is marked failed (``es.open(folder).failure``), and is raised again as it was, with a note
that names the function; ``es.run(..., resume=True)`` goes on from the last checkpoint once it is mended.

Rules written in C++ (docs/plugins.md) come by ``es.plugins.load("mine.so")``.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier._notices import tell

if TYPE_CHECKING:
    import scipy.sparse

_functions: dict[tuple[str, str], Callable[..., Any]] = {}
_of_gradients: dict[str, bool] = {}  # grow rules


def load(file: str | os.PathLike[str]) -> None:
    """Loads a shared library with rules, metrics, distances, losses and callbacks (docs/plugins.md) for the rest of the process, as
    ``--plugin`` does; so do all processes that ``es.sweep`` starts. It runs whatever code the file holds.

    Those of the variable ESPALIER_PLUGINS, a list separated by ':', are loaded when espalier is imported.

    :raises ConfigError: where it is none, is made for another version of the interface, or a name it brings is taken
    """
    _core.load_plugin(os.fspath(file))


def load_listed() -> None:
    """Loads what ESPALIER_PLUGINS lists; what cannot be loaded is told. ``python -m espalier`` does it itself."""
    if any(one == "-m" and two == "espalier" for one, two in zip(sys.orig_argv, sys.orig_argv[1:])):
        return
    for file in filter(None, os.environ.get("ESPALIER_PLUGINS", "").split(":")):
        try:
            load(file)
        except ConfigError as error:
            tell([f"{error} (ESPALIER_PLUGINS)"])


def serve_runs() -> bool:
    """Whether runs might ask for a function that was given here."""
    return any(kind not in ("metric", "distance") for kind, _ in _functions)


class View(NamedTuple):
    """A layer as compressed rows: output r keeps the inputs ``indices[indptr[r]:indptr[r + 1]]``, ascending."""

    name: str
    outputs: int
    inputs: int
    indptr: np.ndarray  # [outputs + 1]
    indices: np.ndarray  # [edges]
    values: np.ndarray | None  # [edges] the weights

    def to_scipy(self) -> scipy.sparse.csr_matrix:
        """[outputs, inputs]; ones where there are no weights."""
        import scipy.sparse

        values = np.ones(len(self.indices), np.float32) if self.values is None else self.values
        return scipy.sparse.csr_matrix((values, self.indices, self.indptr.astype(np.int64)), shape=(self.outputs, self.inputs))


@dataclass(frozen=True)
class Drop:
    """A layer at an update, behind the optimizer's step."""

    layer: View
    gradient: np.ndarray  #: [edges], from before the step
    fraction: float  #: of the kept weights that is to go
    rng: np.random.Generator  #: another for every layer and update, of the run's seed


@dataclass(frozen=True)
class Grow:
    """Some rows of a layer at an update."""

    before: View  #: the mask before the update, without weights
    taken: View  #: where nothing can grow
    first: int  #: row
    rows: int
    gradient: np.ndarray | None  #: [rows, inputs] of the last batch; None where it was not asked for
    rng: np.random.Generator  #: of these rows


class Epoch(NamedTuple):
    """The end of an epoch."""

    step: int
    total_steps: int
    epoch: int
    epochs: int
    loss: float
    validation_accuracy: float  # NaN for none
    validation_loss: float


def _named(kind: str, name: Any) -> str:
    """``@es.drop_rule`` without a name would register nothing."""
    if not isinstance(name, str):
        raise TypeError(f'@es.{kind}("name"): a name is needed, by which configurations ask for it')
    return name


def _adopted(kind: str, name: str, function: Callable[..., Any], adopt: Callable[..., None], call: Callable[..., Any]) -> None:
    known = (kind, name) in _functions
    _functions[kind, name] = function
    if known:
        return
    try:
        adopt(name, (function.__doc__ or "").strip().partition("\n")[0].rstrip("."), lambda *words: call(_functions[kind, name], *words))
    except Exception:
        del _functions[kind, name]
        raise


def drop_rule(name: str) -> Callable[[Callable[[Drop], Any]], Callable[[Drop], Any]]:
    """``@es.drop_rule("mine")``: the function takes a :class:`Drop` and gives a score for every kept weight, [edges]; those with the
    lowest go. ``sparsity.drop_rule = "mine"`` asks for it.

    :raises ConfigError: where the name is built in, or none
    """

    _named("drop_rule", name)

    def register(function: Callable[[Drop], Any]) -> Callable[[Drop], Any]:
        _adopted("drop_rule", name, function, _core.adopt_drop_rule,
                 lambda f, layer, gradient, fraction, seed: f(Drop(View(*layer), gradient, fraction, np.random.default_rng(seed))))
        return function

    return register


def grow_rule(name: str, *, gradient: bool = True) -> Callable[[Callable[[Grow], Any]], Callable[[Grow], Any]]:
    """``@es.grow_rule("mine")``: the function takes a :class:`Grow` and gives scores of those rows, [rows, inputs], none negative;
    weights grow where they are highest among what is not taken. ``sparsity.grow_rule = "mine"`` asks for it.

    :param gradient: whether it looks at the dense gradient; the same whenever the name is given again
    """

    _named("grow_rule", name)

    def register(function: Callable[[Grow], Any]) -> Callable[[Grow], Any]:
        def call(f, before, taken, first, rows, slopes, seed):
            shaped = None if slopes is None else slopes.reshape(rows, before[2])
            return f(Grow(View(*before), View(*taken), first, rows, shaped, np.random.default_rng([seed, first])))

        if _of_gradients.get(name, gradient) != gradient:
            raise ConfigError(
                f"grow rule '{name}' was given with gradient={not gradient}, which stays to the end of the process; take another name"
            )
        _adopted("grow_rule", name, function, lambda n, text, g: _core.adopt_grow_rule(n, text, gradient, g), call)
        _of_gradients[name] = gradient
        return function

    return register


def metric(name: str) -> Callable[[Callable[[View], float]], Callable[[View], float]]:
    """``@es.metric("mine")``: the function takes a :class:`View` of a layer and gives a number, NaN where it is undefined; of a network
    it is the mean. ``es.metrics(net, "mine")`` asks for it."""

    _named("metric", name)

    def register(function: Callable[[View], float]) -> Callable[[View], float]:
        _adopted("metric", name, function, _core.adopt_metric, lambda f, layers: [float(f(View(*layer))) for layer in layers])
        return function

    return register


def distance(name: str) -> Callable[[Callable[[View, View], float]], Callable[[View, View], float]]:
    """``@es.plugins.distance("mine")``: the function takes two :class:`View` of one shape and gives a number.
    ``es.distance([a, b], metric="mine")`` asks for it."""

    _named("plugins.distance", name)

    def register(function: Callable[[View, View], float]) -> Callable[[View, View], float]:
        _adopted("distance", name, function, _core.adopt_distance,
                 lambda f, a, b: [float(f(View(*x), View(*y))) for x, y in zip(a, b)])
        return function

    return register


def loss(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """``@es.loss("mine")``: the function takes outputs [samples, classes] and labels [samples], and gives the sum of the samples'
    losses and its gradient at the outputs. ``training.loss = "mine"`` asks for it."""

    _named("loss", name)

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _adopted("loss", name, function, _core.adopt_loss,
                 lambda f, outputs, labels, samples, classes: f(outputs.reshape(samples, classes), labels))
        return function

    return register


def callback(name: str) -> Callable[[Callable[[Epoch], Any]], Callable[[Epoch], Any]]:
    """``@es.callback("mine")``: the function takes an :class:`Epoch` at its end; True ends the run, saved.
    ``training.callbacks = ["mine"]`` asks for it."""

    _named("callback", name)

    def register(function: Callable[[Epoch], Any]) -> Callable[[Epoch], Any]:
        _adopted("callback", name, function, _core.adopt_callback, lambda f, *words: f(Epoch(*words)))
        return function

    return register
