"""Dynamic sparse training of PyTorch models: the topology updates of our methods, decision for decision.

>>> import torch, espalier.torch
>>> _ = torch.manual_seed(0)
>>> model = torch.nn.Sequential(torch.nn.Linear(20, 30), torch.nn.ReLU(), torch.nn.Linear(30, 4))
>>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
>>> masks = espalier.torch.MaskScheduler(optimizer, method="rigl", density=0.2, total_steps=300, update_every=20, model=model)
>>> for step in range(300):
...     loss = torch.nn.functional.cross_entropy(model(torch.randn(16, 20)), torch.randint(4, (16,)))
...     optimizer.zero_grad()
...     loss.backward()
...     optimizer.step()                       # the masks are kept, and change where an update is due
>>> masks
<MaskScheduler rigl: 144 of 720 weights of 2 layers after 300 steps>
"""

from __future__ import annotations

import tempfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

import numpy as np
import torch

from espalier import _core
from espalier._core import ConfigError
from espalier._state_dict import require_meant
from espalier._toml import to_toml
from espalier.training import resolve


class Change(NamedTuple):
    """What an update did to a layer."""

    layer: str
    dropped: int
    grown: int


class MaskScheduler:
    """Keeps weights of a PyTorch model sparse, and moves them as a method says: ``optimizer.step()`` does it all.

    Layers are masked dense tensors here, so neither time nor memory is saved; masks, counts and updates are those that
    ``espalier run`` makes of the same numbers. At every step gradients of absent weights are set to 0 behind ``backward()``,
    so that no optimizer state gathers there. At an update weights are scored after the optimizer's step, by the dense gradient
    from before it; what grows begins at 0 (``grow_init``) and its optimizer state at 0.

    :param optimizer: whose parameters of two dimensions or more are made sparse: tensors [out, in], [out, in / groups, kh, kw]
    :param method: of ``sparsity.method``: "set", "rigl", "static", "gmp", "granet", "snfs", "dsr", "mest", ... Those that need
        activations, neurons or further passes are refused
    :param density: kept share of the weights, of all layers together; of methods that prune to it, at the end. None: that of the
        masks that are given
    :param total_steps: of the training: schedules and the last update follow from it
    :param update_every: steps between updates; None: as the method has it, else 100; not of methods that never update
    :param model: gives layers their names; without it they are called 0, 1, ...
    :param include, exclude: which of them are made sparse, by name: patterns as "layer*.weight", or lists of them
    :param dense_layers: names, "first", "last": layers that keep all weights, and count in the density as in ``sparsity.dense_layers``
    :param init: of ``sparsity.init``: "erk", "uniform", ...; not beside masks
    :param masks: to begin with, by name: arrays or tensors, kept where not 0
    :param seed: names all random numbers
    :param settings: further keys of ``[sparsity]``: drop_fraction=0.3, grow_rule="random", drop_schedule="cosine", ...; one that
        the method never reads is refused, with those that it reads
    :raises ConfigError: naming the key or the layer
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        method: str = "rigl",
        *,
        density: float | None = None,
        total_steps: int,
        update_every: int | None = None,
        model: torch.nn.Module | None = None,
        include: str | Sequence[str] = "*",
        exclude: str | Sequence[str] = (),
        dense_layers: Sequence[str] = (),
        init: str | None = None,
        masks: Mapping[str, Any] | None = None,
        seed: int = 0,
        **settings: Any,
    ) -> None:
        self.method = method
        self.step = 0  #: optimizer steps done
        self.changes: list[Change] = []  #: of the last update
        self._optimizer = optimizer
        self._parameters = _sparse_parameters(optimizer, model, include, exclude)
        self._gradients: list[np.ndarray] = []
        if total_steps < 1:
            raise ConfigError("MaskScheduler: total_steps must be at least 1")
        flat = _flat(masks, self._parameters)
        if masks is not None:
            _require_unused_init({"init": init} | settings)
        of_masks = _density_of(flat, self._parameters)
        sparsity = {"method": method, "density": of_masks if density is None else density, **settings}
        if update_every is not None:
            sparsity["update_every"] = f"{update_every}it"
        if dense_layers:
            sparsity["dense_layers"] = list(dense_layers)
        if init is not None:
            sparsity["init"] = init
        config = {"seed": seed, "training": {"epochs": 1}, "sparsity": sparsity}
        if masks is not None:
            _require_density_of_masks(config, density, of_masks)
        elif density is None:
            raise ConfigError("MaskScheduler: density is needed, or masks to begin with")
        names = list(self._parameters)
        self._core = _core.OutsideMasks(
            to_toml(config), names, [list(p.shape) for p in self._parameters.values()], total_steps, flat
        )
        self._take_masks()
        with torch.no_grad():
            for parameter, mask in zip(self._parameters.values(), self._masks):
                parameter.mul_(mask)
        self._hook(optimizer)

    @property
    def masks(self) -> dict[str, torch.Tensor]:
        """True where a weight is kept, by name; for ``SnapshotWriter.snapshot(step, model.state_dict(), masks=...)``."""
        return {name: mask.bool() for name, mask in zip(self._parameters, self._masks)}

    @property
    def density(self) -> float:
        """Kept share of all weights that were made sparse."""
        return self._kept() / sum(p.numel() for p in self._parameters.values())

    @property
    def exploration_rate(self) -> float | None:
        """R_s: the share of the weights that were ever kept (Liu et al. 2021, equation 1)."""
        return self._core.exploration_rate()

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on as if never stopped, beside those of model and optimizer."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "masks.h5"
            self._core.save(str(file))
            kept = torch.frombuffer(bytearray(file.read_bytes()), dtype=torch.uint8)
        return {"method": self.method, "step": self.step, "layers": list(self._parameters), "masks": kept}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from there; weights are the model's own.

        :raises ConfigError: where it is of other layers or another method
        """
        if state["layers"] != list(self._parameters) or state["method"] != self.method:
            raise ConfigError(f"MaskScheduler: the state is of {state['method']} and {len(state['layers'])} layers; this is {self!r}")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "masks.h5"
            file.write_bytes(state["masks"].cpu().numpy().tobytes())
            self._core.load(str(file))
        self.step = int(state["step"])
        self._take_masks()

    def __repr__(self) -> str:
        total = sum(p.numel() for p in self._parameters.values())
        return f"<MaskScheduler {self.method}: {self._kept()} of {total} weights of {len(self._masks)} layers after {self.step} steps>"

    def _kept(self) -> int:
        return sum(int(mask.count_nonzero()) for mask in self._masks)

    def _take_masks(self) -> None:
        self._masks = []
        for k, parameter in enumerate(self._parameters.values()):
            mask = torch.zeros(parameter.numel(), dtype=parameter.dtype)
            mask[torch.from_numpy(np.array(self._core.flat(k)))] = 1
            self._masks.append(mask.view(parameter.shape).to(parameter.device))

    def _hook(self, optimizer: torch.optim.Optimizer) -> None:
        if hasattr(optimizer, "register_step_pre_hook"):
            optimizer.register_step_pre_hook(lambda *_: self._before())
            optimizer.register_step_post_hook(lambda *_: self._after())
            return
        plain = optimizer.step  # PyTorch before 2.0

        def step(*arguments: Any, **named: Any) -> Any:
            self._before()
            result = plain(*arguments, **named)
            self._after()
            return result

        optimizer.step = step

    @torch.no_grad()
    def _before(self) -> None:
        if self._core.wants(self.step + 1):
            self._gradients = [
                np.zeros(p.numel(), np.float32) if p.grad is None else _array(p.grad, copy=True) for p in self._parameters.values()
            ]
            self._core.before_step([_array(p) for p in self._parameters.values()], self._gradients)
        for parameter, mask in zip(self._parameters.values(), self._masks):
            if parameter.grad is not None:
                parameter.grad.mul_(mask)

    @torch.no_grad()
    def _after(self) -> None:
        self.step += 1
        for parameter, mask in zip(self._parameters.values(), self._masks):
            parameter.mul_(mask)
        if self._core.is_due(self.step):
            self._update()

    def _update(self) -> None:
        done = self._core.after_step(self.step, [_array(p) for p in self._parameters.values()])
        self.changes = [Change(name, *counts) for name, counts in zip(self._parameters, done)]
        before = self._masks
        self._take_masks()
        for k, (parameter, old, new) in enumerate(zip(self._parameters.values(), before, self._masks)):
            values = torch.zeros(parameter.numel(), dtype=torch.float32)
            values[torch.from_numpy(np.array(self._core.flat(k)))] = torch.from_numpy(np.array(self._core.values(k)))
            parameter.copy_(values.view(parameter.shape))
            for value in self._optimizer.state.get(parameter, {}).values():
                if isinstance(value, torch.Tensor) and value.shape == parameter.shape:
                    value.mul_(old * new)


def _array(tensor: torch.Tensor, copy: bool = False) -> np.ndarray:
    """float32, flat, row-major, on the processor."""
    found = tensor.detach().to("cpu", torch.float32).contiguous().view(-1)
    if copy and found.data_ptr() == tensor.data_ptr():
        found = found.clone()
    return found.numpy()


def _sparse_parameters(optimizer, model, include, exclude) -> dict[str, torch.nn.Parameter]:
    known = {} if model is None else {id(parameter): name for name, parameter in model.named_parameters()}
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    if model is not None and not any(id(parameter) in known for parameter in parameters):
        raise ConfigError("MaskScheduler: none of the optimizer's parameters is the model's")
    matrices = [parameter for parameter in parameters if parameter.dim() >= 2]
    named = {known.get(id(parameter), str(k)): parameter for k, parameter in enumerate(matrices)}
    require_meant(list(known.values()) + list(named), include, exclude, "parameter")
    found = {name: parameter for name, parameter in named.items() if _matches(name, include) and not _matches(name, exclude)}
    if not found:
        raise ConfigError("MaskScheduler: no parameter of the optimizer has two dimensions and a name that include and exclude let through")
    return found


def _matches(name: str, patterns: str | Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in ([patterns] if isinstance(patterns, str) else patterns))


def _flat(masks: Mapping[str, Any] | None, parameters: Mapping[str, torch.nn.Parameter]) -> list[list[int]]:
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


def _require_unused_init(settings: Mapping[str, Any]) -> None:
    for key in _INIT_KEYS:
        if settings.get(key) is not None:
            raise ConfigError(f"MaskScheduler: {key} = {settings[key]!r} says how masks are drawn, and masks are given; leave one out")


def _density_of(flat: list[list[int]], parameters: Mapping[str, torch.nn.Parameter]) -> float:
    return sum(map(len, flat)) / sum(p.numel() for p in parameters.values())


def _require_density_of_masks(config: Mapping[str, Any], density: float | None, of_masks: float) -> None:
    """Masks have a density of their own, which only methods that prune bring to another."""
    method = config["sparsity"]["method"]
    prunes = resolve(config)["sparsity"]["density_schedule"] != "constant"
    if prunes and density is None:
        raise ConfigError(f"MaskScheduler: density is needed beside masks: {method} prunes them to it")
    if not prunes and density is not None and abs(density - of_masks) > 0.01 * of_masks:
        raise ConfigError(
            f"MaskScheduler: density = {density}, and the masks keep {of_masks:.4g} of the weights, as {method} goes on to; leave one out"
        )
