"""Masks drawn at random: initial structures and null models."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier.topology import Topology, topologies

Shape = Sequence[int]


def generator_names() -> list[str]:
    """What ``generate`` draws: how many weights each layer keeps (erk, uniform, ...), then forms of masks.

    >>> import espalier as es
    >>> "erk" in es.generator_names() and "ramanujan" in es.generator_names()
    True
    """
    return [name for name, _, _ in _core.all_distributions() + _core.all_structures()]


def generate(
    init: str,
    shapes: Mapping[str, Shape] | Sequence[Shape] | Shape,
    *,
    density: float | None = None,
    epsilon: float | None = None,
    dense_layers: Sequence[str] = (),
    layer_densities: str | None = None,
    erk_power: float | None = None,
    seed: int = 0,
    label: str | None = None,
    threads: int | None = None,
) -> Topology:
    """Masks for a network of these shapes, as a run with ``sparsity.init`` and this seed begins with, weight by weight.

    :param init: a distribution ("erk", "er", "uniform", ...), whose positions are drawn uniformly, or a structure:
        "biregular", "ramanujan", "ramanujan_lift", "circulant", "constant_fan_in", "block:4,4", "nm:2,4"
    :param shapes: by name, {"fc1": (300, 784), "conv1": (64, 3, 3, 3)}, or a list, or of one layer
    :param density: of all layers together; not of "nm:N,M", which says it itself
    :param epsilon: instead, of "er" alone: epsilon (inputs + outputs) weights a layer
    :param dense_layers: names, "first", "last": layers that keep all their weights
    :param layer_densities: of structures, how the density is shared out among layers; None: "erk"
    :param erk_power: of "erk" and "erk_plus"; None: 1
    :raises ConfigError: for a structure that does not fit a shape, naming the layer

    >>> import espalier as es
    >>> es.generate("erk", {"fc1": (300, 784), "fc2": (10, 300)}, density=0.1, seed=1)
    <Topology erk: 2 layers, 23820 of 238200 edges>
    """
    names, sizes = _named(shapes)
    fixed = init.startswith("nm:")
    if (density is None) == (epsilon is None) and not fixed:
        raise ConfigError("generate: a density is needed" + (", or an epsilon, not both" if density is not None else ""))
    if fixed and (density is not None or epsilon is not None):
        raise ConfigError(f"generate: '{init}' says itself how many weights are kept; leave density out")
    if epsilon is not None and init != "er":
        raise ConfigError(f"generate: epsilon is of 'er' alone; '{init}' takes a density")
    _require_read(init, layer_densities, erk_power, fixed)
    core = _core.generate(
        names,
        sizes,
        init,
        1.0 if density is None else density,
        epsilon or 0.0,
        list(dense_layers),
        layer_densities or "erk",
        1.0 if erk_power is None else erk_power,
        seed,
        threads or 0,
    )
    if label is not None:
        core.label = label
    return Topology._of(core)


def _require_read(init: str, layer_densities: str | None, erk_power: float | None, fixed: bool) -> None:
    """What another init would read."""
    deals = any(name == init for name, _, _ in _core.all_distributions())
    if layer_densities is not None and (deals or fixed):
        raise ConfigError(f"generate: '{init}' deals weights to layers itself; leave layer_densities out")
    if erk_power is not None and (fixed or (init if deals else layer_densities or "erk") not in ("erk", "erk_plus")):
        raise ConfigError(f"generate: erk_power is of erk and erk_plus, by which '{init}' deals no weights here")


def _named(shapes: Any) -> tuple[list[str], list[list[int]]]:
    if isinstance(shapes, Mapping):
        return list(shapes), [list(map(int, shape)) for shape in shapes.values()]
    shapes = list(shapes)
    if shapes and not isinstance(shapes[0], Sequence):
        return ["layer"], [list(map(int, shapes))]
    return [f"layer{k + 1}" for k in range(len(shapes))], [list(map(int, shape)) for shape in shapes]


def initial_masks(
    shapes: Mapping[str, Shape] | Sequence[Shape] | Shape, init: str = "erk", density: float | None = None, *, seed: int = 0, **more: Any
) -> dict[str, np.ndarray]:
    """The masks that a run begins with, for layers of another program: by name, bool, in the layers' shapes.

    :param shapes, init, density, seed, more: as of :func:`generate`

    >>> import espalier as es
    >>> masks = es.initial_masks({"conv1.weight": (16, 3, 3, 3), "fc.weight": (10, 64)}, "erk", 0.2)
    >>> {name: (mask.shape, int(mask.sum())) for name, mask in masks.items()}
    {'conv1.weight': ((16, 3, 3, 3), 54), 'fc.weight': ((10, 64), 160)}
    """
    if "label" in more:
        raise TypeError("initial_masks() has no argument 'label': masks are a dict")
    drawn = generate(init, shapes, density=density, seed=seed, **more)
    return {layer.name: layer.to_numpy(bool).reshape(layer.shape) for layer in drawn}


def null_model(
    source: Any, samples: int | None = None, *, seed: int = 0, swaps: int = 10, threads: int | None = None
) -> Topology | list[Topology]:
    """Random networks with the degrees of this one: each layer rewired on its own by double edge swaps; of weights each output
    keeps those it has, in random order.

    :param samples: so many, in a list; None: one alone. Sample k is that of ``es.metrics(..., null_model=...)``
    :param swaps: attempted for each edge

    Source: Maslov and Sneppen, Science 2002; docs/definitions.md 6.29.
    """
    found = topologies(source)
    if len(found) != 1:
        raise ConfigError(f"null_model: one topology is needed, not {len(found)}")
    drawn = [
        Topology._of(_core.rewired(found[0]._core, seed, k, swaps, threads or 0)) for k in range(1 if samples is None else samples)
    ]
    return drawn[0] if samples is None else drawn
