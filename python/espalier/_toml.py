"""Writing configurations; Python itself only reads TOML."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Mapping

from espalier._core import ConfigError


def to_toml(config: Mapping[str, Any]) -> str:
    """A line a key, of {"sparsity.method": "rigl"}, {"sparsity": {"method": "rigl"}} or both."""
    flat = flattened(config)
    if not isinstance(flat.get("data.dataset", ""), (str, os.PathLike)):
        raise ConfigError(
            f"data.dataset is of type {type(flat['data.dataset']).__name__}, and names a data set or a file: "
            'np.savez("mine.npz", x=X, y=y), then {"data.dataset": "mine.npz", "data.test": 0.2}'
        )
    return "".join(f"{name} = {value_text(value, name)}\n" for name, value in flat.items())


def config_source(config: Mapping[str, Any] | str | os.PathLike[str]) -> tuple[str, str]:
    """A path, or TOML.

    :raises ConfigError: where there is no such file
    """
    if isinstance(config, Mapping):
        return "", to_toml(config)
    if not Path(config).is_file():
        raise ConfigError(f"no such configuration: {os.fspath(config)}")
    return os.fspath(config), ""


def flattened(config: Mapping[str, Any], front: str = "") -> dict[str, Any]:
    """Dotted keys of nested dicts.

    :raises ConfigError: for a key that is given twice
    """
    flat: dict[str, Any] = {}
    for name, value in config.items():
        if not isinstance(name, str):
            raise ConfigError(f"key {name!r} of a configuration: a text is needed")
        parts = flattened(value, f"{front}{name}.") if isinstance(value, Mapping) else {front + name: value}
        for key, one in parts.items():
            if key in flat:
                raise ConfigError(f"{key} is given twice")
            flat[key] = one
    return flat


def value_text(value: Any, name: str) -> str:
    """A value as TOML; numbers of NumPy are numbers, paths are texts."""
    if hasattr(value, "tolist") and not isinstance(value, (str, bytes)):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (str, os.PathLike)):
        return json.dumps(os.fspath(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_text(one, name) for one in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {value_text(one, name)}" for key, one in value.items()) + "}"
    raise ConfigError(f"{name} is of type {type(value).__name__}; a bool, number, text or list is needed")
