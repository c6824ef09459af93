"""What a mask scheduler is asked for, checked."""

from __future__ import annotations

import re
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any, Iterable, Iterator, Mapping

import numpy as np

from espalier._core import ConfigError


def matches(name: str, patterns: str | Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))


def flat_positions(masks: Mapping[str, Any] | None, parameters: Mapping[str, Any]) -> list[list[int]]:
    """Kept positions of each layer, or nothing."""
    if masks is None:
        return []
    unknown = [name for name in masks if name not in parameters and f"{name}.weight" not in parameters]
    missing = [name for name in parameters if name not in masks and name.removesuffix(".weight") not in masks]
    if unknown or missing:
        raise ConfigError(f"MaskScheduler: masks of layers that there are not: {unknown or 'none'}; layers without masks: {missing or 'none'}")
    flat = []
    for name, parameter in parameters.items():
        mask = np.asarray(masks[name] if name in masks else masks[name.removesuffix(".weight")])
        if mask.shape != tuple(parameter.shape):
            raise ConfigError(f"MaskScheduler: the mask of {name} is {mask.shape}, the weight {tuple(parameter.shape)}")
        flat.append(np.flatnonzero(mask).tolist())
    return flat


_INIT_KEYS = ("init", "init_seed", "init_perturbation", "layer_densities", "erk_power", "epsilon", "placement")


def require_unused_init(settings: Mapping[str, Any]) -> None:
    for key in _INIT_KEYS:
        if settings.get(key) is not None:
            raise ConfigError(f"MaskScheduler: {key} = {settings[key]!r} says how masks are drawn, and masks are given; leave one out")


def density_of(flat: list[list[int]], parameters: Mapping[str, Any]) -> float:
    return sum(map(len, flat)) / sum(p.numel() for p in parameters.values())


def steps_between(update_every: int | str) -> int:
    """45 of 45 and of "45it"."""
    text = str(update_every).removesuffix("it")
    if isinstance(update_every, bool) or not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigError(f"MaskScheduler: update_every = {update_every!r}: a number of optimizer steps is needed, as 45 or \"45it\"")
    return int(text)


@contextmanager
def of_arguments() -> Iterator[None]:
    """Errors about a configuration that nobody wrote, in terms of the arguments it was made of."""
    try:
        yield
    except ConfigError as error:
        words = re.sub(r"^(MaskScheduler|(settings|config):\d+): ", "", str(error))
        words = re.sub(r"\bsparsity\.(?=[a-z_]+)", "", words)
        raise ConfigError("MaskScheduler: " + re.sub(r'update_every = "(\d+)it"', r"update_every = \1", words)) from None


def common_settings(resolved: Mapping[str, Any]) -> dict[str, Any]:
    """What a state must have in common with the scheduler that goes on with it; how masks were drawn is not of it."""
    kept = {key: value for key, value in resolved.items() if key not in (*_INIT_KEYS, "method")}
    return {key: int(value[:-2]) if key == "update_every" and str(value)[:-2].isdigit() else value for key, value in kept.items()}


def require_as_asked(saved: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    differ = [key for key, value in asked.items() if key in saved and not _is_same(key, saved[key], value)]
    if differ:
        there, here = (", ".join(f"{key} = {one[key]!r}" for key in differ) for one in (saved, asked))
        raise ConfigError(f"MaskScheduler: the state is of a scheduler with {there}; this one has {here}")


def _is_same(key: str, saved: Any, asked: Any) -> bool:
    """Densities of masks are counted, and need not be the number that was asked for."""
    return abs(saved - asked) <= 0.01 * abs(asked) if key == "density" else saved == asked


def require_density_of_masks(sparsity: Mapping[str, Any], density: float | None, of_masks: float) -> None:
    """Masks have a density of their own, which only methods that prune bring to another."""
    method = sparsity["method"]
    prunes = sparsity["density_schedule"] != "constant"
    if prunes and density is None:
        raise ConfigError(f"density is needed beside masks: {method} prunes them to it")
    if not prunes and density is not None and abs(density - of_masks) > 0.01 * of_masks:
        raise ConfigError(
            f"density = {density}, and the masks keep {of_masks:.4g} of the weights, as {method} goes on to; leave one out"
        )
