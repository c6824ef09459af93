"""Networks out of state dicts."""

from __future__ import annotations

import fnmatch
from typing import Any, Mapping, Sequence

import numpy as np

from espalier import _core
from espalier._arrays import dimensions, is_real, read_array
from espalier._core import ConfigError
from espalier._notices import tell
from espalier.layer import add_to

Patterns = str | Sequence[str]


def network_of(
    state_dict: Any, include: Patterns, exclude: Patterns, masks: Mapping[str, Any], label: str, **reading: Any
) -> _core.Network:
    """What ``Topology.from_state_dict`` describes."""
    tensors, found_masks = _pruned_pairs(_mapping_of(state_dict))
    require_meant(list(tensors), include, exclude, "tensor")
    names = [name for name in tensors if _matches(name, include) and not _matches(name, exclude)]
    layers = [name for name in names if 2 <= dimensions(tensors[name]) <= 4]
    if not layers:
        raise ConfigError(
            f"no tensor of two to four dimensions is called {_listed(include)}; there are {_listed(list(tensors))}"
        )
    found_masks.update(_masks_by_layer(masks, layers))
    builder = _core.NetworkBuilder(label)
    for name in layers:
        mask = found_masks.get(name)
        weights = None if mask is None else tensors[name]
        add_to(builder, name, tensors[name] if mask is None else mask, weights, **reading)
    _add_vectors(builder, tensors, layers)
    return builder.finish()


def require_meant(names: Sequence[str], include: Patterns, exclude: Patterns, what: str) -> None:
    """A pattern of a list that matches nothing is a mistake; one of what is left out may be of another model."""
    if not isinstance(include, str):
        for pattern in include:
            if not any(fnmatch.fnmatchcase(name, pattern) for name in names):
                raise ConfigError(f"include: no {what} is called '{pattern}'; there are {_listed(names)}")
    for pattern in [exclude] if isinstance(exclude, str) else exclude:
        if not any(fnmatch.fnmatchcase(name, pattern) for name in names):
            tell([f"exclude: no {what} is called '{pattern}'"])


def _mapping_of(state_dict: Any) -> Mapping[str, Any]:
    if isinstance(state_dict, Mapping):
        return state_dict
    if callable(getattr(state_dict, "state_dict", None)):
        return state_dict.state_dict()
    raise TypeError(f"no state dict: {type(state_dict).__name__}; a dict of tensors by name, or a model, is needed")


def _pruned_pairs(tensors: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors with those of torch.nn.utils.prune called as the weights are, and their masks."""
    masks = {}
    renamed = {}
    for name, value in tensors.items():
        if name.endswith("_orig") and name[:-5] + "_mask" in tensors:
            masks[name[:-5]] = tensors[name[:-5] + "_mask"]
            renamed[name[:-5]] = value
        elif not (name.endswith("_mask") and name[:-5] + "_orig" in tensors):
            renamed[name] = value
    return renamed, masks


def _matches(name: str, patterns: Patterns) -> bool:
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))


def _listed(names: Patterns, most: int = 12) -> str:
    if isinstance(names, str):
        return f"'{names}'"
    shown = ", ".join(f"'{name}'" for name in list(names)[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "") if names else "none"


def _masks_by_layer(masks: Mapping[str, Any], layers: list[str]) -> dict[str, Any]:
    return {layers[_core.selected_layers(layers, [name], "masks")[0]]: mask for name, mask in masks.items()}


def _add_vectors(builder: _core.NetworkBuilder, tensors: Mapping[str, Any], layers: list[str]) -> None:
    """Biases and the like, beside the layer of their module where it has one."""
    of_module: dict[str, str] = {}
    for name in layers:
        module = _core.module_name(name)
        of_module[module] = module or "_root" if module in of_module else name
    for name, value in tensors.items():
        if name in layers or dimensions(value) > 1 or not is_real(value):
            continue
        owner, _, leaf = name.rpartition(".")
        array, is_brain = read_array(value, f"'{name}'")
        if is_brain:
            array = (array.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
        vector = np.ascontiguousarray(array, dtype=np.float32).reshape(-1)
        builder.add_parameter(of_module.get(owner, owner or "_root"), leaf, vector)
