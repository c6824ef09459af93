"""Writing what another program's training loop does as a run file of ours."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path
from typing import Any, Mapping

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier._notices import tell
from espalier._toml import flattened, to_toml
from espalier.runs import Run
from espalier.topology import Patterns, Topology

_SPLITS = ("train", "validation", "test")
_REAL_COLUMNS = ("epoch", "loss", "accuracy", "learning_rate", "seconds")  # as our own runs have them


class SnapshotWriter:
    """Writes masks, weights and measurements of any training loop into ``path/run.h5``, in the format of our own runs: every
    command of the program and all of this package read it, also while it is being written and after a crash.

    ::

        with es.SnapshotWriter("runs/mine", name="rigl", seed=0) as log:
            log.snapshot(0, model.state_dict(), masks=masks)
            for step in range(1, steps + 1):
                ...                                             # an optimizer step
                if step % steps_of_epoch == 0:
                    log.snapshot(step, model.state_dict(), masks=masks)
                    log.metrics(step=step, epoch=step / steps_of_epoch, split="test", accuracy=accuracy)

    The first call is a ``snapshot``: it tells what layers there are. Steps count optimizer steps, 0 is the initial state, and
    never fall. At the end of the
    ``with`` block the run is "finished", after an exception "failed", after Ctrl-C "interrupted". What a process that was killed
    had published stays: the file is published whenever that takes less than 1 % of the time since the last, and by
    :meth:`publish`: call it before saving a checkpoint, so that the file holds all up to there.

    :param path: the run's folder, made where it is not there; or the file, where it ends in .h5
    :param name: of the run, and of the method in tables: ``"rigl"``; None: "run", or as it was begun
    :param seed: of the run; None: 0, or as it was begun
    :param config: what of our configuration is known, ``{"sparsity.method": "rigl", "data.dataset": "cifar10"}``, of data of your
        own ``"data.dataset": "mine.npz"``, which need not be there; without it tables show none, and ``espalier tickets`` asks for one
    :param include, exclude: which tensors of state dicts are layers, as ``Topology.from_state_dict`` has it
    :param weights: keep weights, biases and normalisation, not masks alone
    :param resume: True: go on behind all that the file holds; a step: behind that one, what comes later goes (for a loop that
        was set back to a checkpoint of its own). Where the file ends before that step, a warning says so; where it is finished,
        an error
    :raises ConfigError: where there is a run already and resume was not asked for, or the other way round; where it was begun with
        another name, seed or configuration
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        name: str | None = None,
        seed: int | None = None,
        config: Mapping[str, Any] | None = None,
        include: Patterns = "*.weight",
        exclude: Patterns = (),
        weights: bool = True,
        resume: bool | int = False,
    ) -> None:
        file = Path(path)
        self.path = file if file.suffix == ".h5" else file / "run.h5"  #: of the run file
        if resume is not False:
            name, seed = self._as_begun(name, seed)
        self._name = "run" if name is None else name
        self._seed = 0 if seed is None else seed
        self._config = _given({"name": self._name, "seed": self._seed} | dict(config)) if config else ""
        self._include, self._exclude, self._weights = include, exclude, weights
        self._core: _core.RunWriter | None = None
        self._last: Topology | None = None
        self._groups: dict[str, str] = {}
        self._step = -1
        self._facts: dict[str, float] = {}
        self._ended = False
        if resume is not False:
            self._go_on(None if resume is True else int(resume))
        elif self.path.exists():
            raise ConfigError(f"{self.path} exists; resume=True goes on with it, another path begins a new run")

    def _as_begun(self, name: str | None, seed: int | None) -> tuple[str, int]:
        """Of the run that is there."""
        run = Run(self.path)
        for what, wanted, begun in (("name", name, run.name), ("seed", seed, run.seed)):
            if wanted not in (None, begun):
                raise ConfigError(f"{self.path} was begun with {what} = {begun!r}, and here it is {wanted!r}; a new run has another path")
        return run.name, run.seed

    def _go_on(self, step: int | None) -> None:
        if (self.path.parent / "checkpoint.h5").exists():
            raise ConfigError(f"{self.path} is a run of Espalier's own; es.run(..., resume=True) goes on with it")
        run = Run(self.path)
        if self._config and self._config != run.config_text:
            raise ConfigError(f"{self.path} was begun with another configuration; leave config out, or begin a new run")
        rows = [int(one) for table in ("train", "eval", "topology") for one in run.table(table).get("step", ())]
        steps = run.snapshots.steps + rows
        last = max(steps, default=0)
        if step is not None:
            self._require_reached(step, last, run.status)
        self._step = last if step is None else step
        self._core = _core.RunWriter.resume(os.fspath(self.path), self._step)
        self._groups = {_key(layer["name"]): layer["name"] for layer in run.layers}
        kept = [one for one in run.snapshots.steps if one <= self._step]
        self._last = Run(self.path).snapshots.at(kept[-1]) if kept else None

    def _require_reached(self, step: int, last: int, status: str) -> None:
        """A file that ends before the checkpoint lacks what the killed process had not published."""
        if step < 0:
            raise ConfigError(f"resume = {step}: a step from 0 on is needed, or True")
        if step > last and status == "finished":
            raise ConfigError(f"{self.path} is finished at step {last}, before step {step}; resume=True goes on behind its last step")
        if step > last:
            lost = "what was logged between is lost (log.publish() before saving a checkpoint keeps it)"
            tell([f"{self.path} ends at step {last}, before step {step}: {lost}"], stacklevel=5)

    def snapshot(self, step: int, state_dict: Any, masks: Mapping[str, Any] | None = None) -> None:
        """Writes the network as it is after ``step`` optimizer steps, in the place of a snapshot of that step.

        :param state_dict: of PyTorch, or a dict of arrays by name, or a model, or a :class:`Topology`
        :param masks: which weights exist, by the names of weights (".weight" may be left out); without one a layer has those that
            are not 0

        Rows of ``run.topology`` are written beside it: the density of each layer and of the network, and how many positions
        were dropped and grown since the snapshot before.
        """
        self._require_open()
        self._take_step(step)
        network = self._network(state_dict, masks)
        if self._core is None:
            self._begin(network, state_dict)
        renamed = self._in_groups(network)
        self._core.snapshot(step, renamed._core)
        self._write_topology(step, renamed)
        self._last = renamed

    def metrics(self, *, step: int, split: str = "train", **values: float | int | str) -> None:
        """Writes one row of measurements: of split "train" into ``run.train``, of "validation" and "test" into ``run.eval``.

        :param values: columns: loss, accuracy, epoch, learning_rate, seconds, which are real numbers, or any of your own: what is
            given first decides whether a column is of integers, real numbers or texts
        """
        self._require_open()
        if split not in _SPLITS:
            raise ConfigError(f"split '{split}' is none of {', '.join(_SPLITS)}")
        if not values:
            raise ConfigError("metrics: no values; accuracy=, loss=, ...")
        if self._core is None:
            raise ConfigError("metrics: a run file begins with the network: call snapshot(0, model.state_dict()) first")
        self._take_step(step)
        row = [(name, _cell(name, value)) for name, value in values.items()]
        if split == "train":
            self._core.append("train", step, row)
            return
        self._core.append("eval", step, [("split", split)] + row)
        for name, value in row:
            if split == "test" and name in ("accuracy", "loss"):
                self._facts[f"test_{name}"] = value

    def publish(self) -> None:
        """Makes all that was written visible to readers now, and safe from a crash."""
        if self._core is not None:
            self._core.publish()

    def close(self, status: str = "finished", failure: str = "") -> None:
        """Ends the run as "finished", "interrupted" or "failed"; nothing can be written afterwards.

        :param failure: of "failed": why, in a line; ``run.failure`` has it
        """
        if status not in ("finished", "interrupted", "failed"):
            raise ConfigError(f"status '{status}' is none of finished, interrupted, failed")
        if failure and status != "failed":
            raise ConfigError(f"a failure is of status 'failed', not of '{status}'")
        if self._core is not None and not self._ended:
            if self._last is not None:
                self._facts["density"] = self._last.density
            why = {"failure": " ".join(failure.split())[:500]} if failure else {}
            self._core.finish(status, list((self._facts | why).items()))
        self._ended = True

    def __enter__(self) -> SnapshotWriter:
        return self

    def __exit__(self, kind: type | None, error: object, trace: object) -> None:
        stopped = kind is not None and issubclass(kind, KeyboardInterrupt)
        if kind is None or stopped:
            self.close("finished" if kind is None else "interrupted")
        else:
            self.close("failed", f"{kind.__name__}: {error}" if str(error) else kind.__name__)

    def _require_open(self) -> None:
        if self._ended:
            raise ConfigError(f"{self.path} has been closed; resume=True goes on with it")

    def _take_step(self, step: int) -> None:
        if step < max(self._step, 0):
            raise ConfigError(f"step {step} comes behind step {self._step}; steps count optimizer steps and never fall")
        self._step = step

    def _network(self, state_dict: Any, masks: Mapping[str, Any] | None) -> Topology:
        if isinstance(state_dict, Topology):
            if masks is not None:
                raise ConfigError("snapshot: a topology is its masks; leave masks out")
            return state_dict
        return Topology.from_state_dict(
            state_dict, include=self._include, exclude=self._exclude, masks=masks, label=self._name
        )

    def _begin(self, network: Topology, state_dict: Any) -> None:
        order = _modules(network, state_dict)
        self._groups = {key: _core.numbered_name(k, key.replace('/', '.')) for k, key in enumerate(order)}
        by_key = {_key(layer.name): layer for layer in network}
        entries = [(self._groups[key], *_described(by_key.get(key), order[key])) for key in order]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._core = _core.RunWriter(
            os.fspath(self.path), self._name, self._seed, self._config, _environment(), entries
        )

    def _in_groups(self, network: Topology) -> Topology:
        """The network with the names of the file's layers, without weights where none are kept."""
        builder = _core.NetworkBuilder(self._name)
        for layer in network:
            name = self._group(_key(layer.name), layer.name)
            if self._weights:
                builder.add_layer(name, layer._core)
            else:
                builder.add_mask(name, layer._core)
        for owner, leaf, values in network._core.parameters() if self._weights else ():
            builder.add_parameter(self._group(_key(owner), f"{owner}.{leaf}"), leaf, values)
        return Topology._of(builder.finish())

    def _group(self, key: str, name: str) -> str:
        if key not in self._groups:
            raise ConfigError(f"'{name}' was not there at the first snapshot; a run has one network")
        return self._groups[key]

    def _write_topology(self, step: int, network: Topology) -> None:
        dropped_all = grown_all = 0
        for layer in network:
            dropped, grown = self._changes(layer)
            dropped_all, grown_all = dropped_all + dropped, grown_all + grown
            self._write_row(step, int(layer.name.split("_")[0]), layer.density, dropped, grown)
        self._write_row(step, -1, network.density, dropped_all, grown_all)

    def _write_row(self, step: int, layer: int, density: float, dropped: int, grown: int) -> None:
        row = [("layer", layer), ("density", density), ("dropped", dropped), ("grown", grown)]
        self._core.append("topology", step, row + [("exploration_rate", float("nan"))])

    def _changes(self, layer: Any) -> tuple[int, int]:
        if self._last is None:
            return 0, 0
        common = _core.common_edges(self._last[layer.name]._core, layer._core)
        return self._last[layer.name].edges - common, layer.edges - common


def _given(config: Mapping[str, Any]) -> str:
    """As TOML. Readers of the file know data sets by their names, or by the names of files."""
    try:
        return _core.given(to_toml(config))
    except ConfigError as error:
        words = re.sub(r"^config:\d+: ", "", str(error))
        dataset = flattened(config).get("data.dataset")
        if words.startswith("data.dataset") and isinstance(dataset, str):
            words += f'; data of your own: "data.dataset": "{Path(dataset).stem}.npz", which need not be there, or leave it out'
        raise ConfigError(f"SnapshotWriter: config: {words}") from None


def _key(layer: str) -> str:
    """What a layer's tensors have in common: "fc1" of "fc1.weight" and "000_fc1", but "attn.in_proj_weight" as it is."""
    return _core.without_number(layer).removesuffix(".weight")


def _modules(network: Topology, state_dict: Any) -> dict[str, dict[str, int]]:
    """What holds parameters, in the order of the state dict, with names and sizes of what lies beside weights."""
    found: dict[str, dict[str, int]] = {_key(layer.name): {} for layer in network}
    for owner, leaf, values in network._core.parameters():
        found.setdefault(_key(owner), {})[leaf] = len(values)
    names = state_dict.state_dict() if hasattr(state_dict, "state_dict") and not isinstance(state_dict, Topology) else state_dict
    places: dict[str, int] = {}
    for place, tensor in enumerate(names if isinstance(names, Mapping) else ()):
        for key in (_key(tensor.removesuffix("_orig")), tensor.rpartition(".")[0]):
            places.setdefault(key, place)
    return dict(sorted(found.items(), key=lambda item: places.get(item[0], len(places))))


def _described(layer: Any, parameters: dict[str, int]) -> tuple[str, list[int], bool]:
    """Kind, shape, sparse."""
    if layer is None:
        return "batch_norm" if "running_mean" in parameters else "parameters", [max(parameters.values())], False
    kinds = {2: "linear", 3: "conv1d", 4: "conv2d"}
    return kinds[len(layer.shape)], list(layer.shape), layer.density < 1


def _cell(name: str, value: Any) -> int | float | str:
    if hasattr(value, "item"):
        value = value.item()  # a number of NumPy, a tensor of one element
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, (int, float, str)):
        raise ConfigError(f"'{name}' is of type {type(value).__name__}; a number or a text is needed")
    if name in _REAL_COLUMNS and isinstance(value, str):
        raise ConfigError(f"'{name}' is the text {value!r}; a number is needed")
    return float(value) if name in _REAL_COLUMNS else value


def _environment() -> str:
    torch = sys.modules.get("torch")
    by = f"PyTorch {torch.__version__}" if torch is not None else "another program"
    return f"written by espalier.SnapshotWriter for {by}; Python {platform.python_version()}; NumPy {np.__version__}"
