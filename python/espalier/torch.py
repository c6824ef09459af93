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
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Sequence

import numpy as np
import torch

from espalier import _core
from espalier._core import ConfigError
from espalier._schedule_arguments import (
    common_settings,
    density_of,
    flat_positions,
    matches,
    of_arguments,
    require_as_asked,
    require_density_of_masks,
    require_unused_init,
    steps_between,
)
from espalier._state_dict import require_meant
from espalier._toml import to_toml
from espalier.training import resolve


__all__ = ["MaskScheduler"]  # what help() shows


class Change(NamedTuple):
    """What an update did to a layer."""

    layer: str
    dropped: int
    grown: int


class MaskScheduler:
    """Keeps weights of a PyTorch model sparse, and moves them as a method says: ``optimizer.step()`` does it all.

    Layers are masked dense tensors here, so neither time nor memory is saved; masks, counts and updates are those that
    ``espalier run`` makes of the same numbers. Gradients of absent weights are set to 0 when ``optimizer.step()`` begins, so that
    no optimizer state gathers there; between ``backward()`` and the step they are dense: where something looks at them there,
    as ``clip_grad_norm_`` does, call :meth:`mask_gradients` first. At an update weights are scored after the optimizer's step, by
    the dense gradient from before it; what grows begins at 0 (``grow_init``) and its optimizer state at 0. ``print(masks)`` lists
    the densities of the layers.

    :param optimizer: whose parameters of two dimensions or more are made sparse: tensors [out, in], [out, in / groups, kh, kw]
    :param method: of ``sparsity.method``: "set", "rigl", "static", "gmp", "granet", "snfs", "dsr", "mest", ... Those that need
        activations, neurons or further passes are refused
    :param density: kept share of the weights, of all layers together; of methods that prune to it, at the end. None: that of the
        masks that are given
    :param total_steps: of the training: schedules and the last update follow from it
    :param update_every: steps between updates, 45 or "45it"; None: as the method has it, else 100; not of methods that never update
    :param model: gives layers their names; without it they are called 0, 1, ...
    :param include, exclude: which of them are made sparse, by name: patterns as "layer*.weight", or lists of them
    :param dense_layers: names, "first", "last": layers that keep all weights, and count in the density as in ``sparsity.dense_layers``
    :param init: of ``sparsity.init``: "erk", "uniform", ...; None: the method's own, of rigl and most others "erk", by which small
        layers may stay dense; "uniform" gives all layers one density; not beside masks
    :param masks: to begin with, by name: arrays or tensors, kept where not 0
    :param seed: names all random numbers
    :param settings: further keys of ``[sparsity]``: drop_fraction=0.3, grow_rule="random", drop_schedule="cosine", ...; one that
        the method never reads is refused, with those that it reads
    :raises ConfigError: naming the argument or the layer
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        method: str = "rigl",
        *,
        density: float | None = None,
        total_steps: int,
        update_every: int | str | None = None,
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
        self._gradients: list[np.ndarray] = []  # dense, of the step that is being done; empty: not yet taken
        if total_steps < 1:
            raise ConfigError("MaskScheduler: total_steps must be at least 1")
        flat = flat_positions(masks, self._parameters)
        if masks is not None:
            require_unused_init({"init": init} | settings)
        of_masks = density_of(flat, self._parameters)
        sparsity = {"method": method, "density": of_masks if density is None else density, **settings}
        if update_every is not None:
            sparsity["update_every"] = f"{steps_between(update_every)}it"
        if dense_layers:
            sparsity["dense_layers"] = list(dense_layers)
        if init is not None:
            sparsity["init"] = init
        config = {"seed": seed, "training": {"epochs": 1}, "sparsity": sparsity}
        if masks is None and density is None:
            raise ConfigError("MaskScheduler: density is needed, or masks to begin with")
        shapes = [list(p.shape) for p in self._parameters.values()]
        with of_arguments():
            resolved = resolve(config)["sparsity"]
            if masks is not None:
                require_density_of_masks(resolved, density, of_masks)
            self._core = _core.OutsideMasks(to_toml(config), list(self._parameters), shapes, total_steps, flat)
        self._asked = common_settings(resolved) | {"total_steps": int(total_steps), "seed": seed}
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
        layers = list(self._parameters)
        return {"method": self.method, "step": self.step, "layers": layers, "asked": dict(self._asked), "masks": kept}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from there; weights are the model's own.

        :raises ConfigError: where it is of other layers, another method, density, total_steps, seed or setting
        """
        if state["layers"] != list(self._parameters) or state["method"] != self.method:
            raise ConfigError(f"MaskScheduler: the state is of {state['method']} and {len(state['layers'])} layers; this is {self!r}")
        require_as_asked(state.get("asked", {}), self._asked)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "masks.h5"
            file.write_bytes(state["masks"].cpu().numpy().tobytes())
            self._core.load(str(file))
        self.step = int(state["step"])
        self._take_masks()

    def mask_gradients(self) -> None:
        """Sets gradients of absent weights to 0 now and not only at ``optimizer.step()``: behind the last ``backward()`` of a step,
        before ``clip_grad_norm_`` or whatever else looks at them; with a ``GradScaler`` behind ``scaler.unscale_``.

        The dense gradient from before is kept where the step's update needs it: RigL scores absent weights by it.
        """
        if self._core.wants(self.step + 1):
            self._note_gradients()
        self._mask_gradients()

    def __str__(self) -> str:
        lines = [f"  {name} {list(mask.shape)}  {_density_words(mask)}" for name, mask in zip(self._parameters, self._masks)]
        return "\n".join([repr(self), *lines])

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
            self._note_gradients()
            self._core.before_step([_array(p) for p in self._parameters.values()], self._gradients)
        self._mask_gradients()

    @torch.no_grad()
    def _mask_gradients(self) -> None:
        for parameter, mask in zip(self._parameters.values(), self._masks):
            if parameter.grad is not None:
                parameter.grad.mul_(mask)

    @torch.no_grad()
    def _note_gradients(self) -> None:
        """The dense gradient; where absent weights have none any more, it was noted before they were masked."""
        parameters = self._parameters.values()
        found = [np.zeros(p.numel(), np.float32) if p.grad is None else _array(p.grad, copy=True) for p in parameters]
        if not self._gradients or any((one * (_array(mask) == 0)).any() for one, mask in zip(found, self._masks)):
            self._gradients = found

    @torch.no_grad()
    def _after(self) -> None:
        self.step += 1
        self._gradients = []  # the core holds what an update needs
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
    found = {name: parameter for name, parameter in named.items() if matches(name, include) and not matches(name, exclude)}
    if not found:
        raise ConfigError("MaskScheduler: no parameter of the optimizer has two dimensions and a name that include and exclude let through")
    return found


def _density_words(mask: torch.Tensor) -> str:
    kept = int(mask.count_nonzero())
    return "dense" if kept == mask.numel() else f"density {kept / mask.numel():.4g}"
