"""Reading runs, also while they are being written; without h5py."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Iterator

import numpy as np

from espalier import _core
from espalier._core import ConfigError
from espalier._frames import pandas_for
from espalier._notices import tell
from espalier.topology import Topology

if TYPE_CHECKING:
    import pandas


class Table(Mapping):
    """Rows of measurements, column by column: read-only arrays of one length.

    ``run.eval["accuracy"]`` is a column, ``run.eval.where(split="test")["accuracy"]`` that of some rows.
    """

    def __init__(self, name: str, columns: Mapping[str, Any]) -> None:
        self._name = name
        self._columns = {column: _frozen(np.asarray(values)) for column, values in columns.items()}

    def __getitem__(self, column: str) -> np.ndarray:
        try:
            return self._columns[column]
        except KeyError:
            raise KeyError(f"'{column}' is no column of {self._name}; columns: {', '.join(self)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(next(iter(self._columns.values()))) if self._columns else 0

    def where(self, **values: Any) -> Table:
        """The rows in which columns have these values: ``where(split="test")``."""
        chosen = np.ones(self.rows, dtype=bool)
        for column, value in values.items():
            chosen &= self[column] == value
        return Table(self._name, {column: array[chosen] for column, array in self._columns.items()})

    def to_dataframe(self) -> pandas.DataFrame:
        """A column each."""
        return pandas_for("to_dataframe", "dict(table) does without").DataFrame(dict(self._columns))

    def __repr__(self) -> str:
        return f"<Table {self._name}: {self.rows} rows of {', '.join(self)}>"


class Snapshots(Sequence):
    """The snapshots of a run, each read when it is asked for: ``[-1]``, ``at(1500)``, iteration in order of steps."""

    def __init__(self, path: Path, labels: list[str]) -> None:
        self._path = path
        self.labels = labels  #: as the file has them: steps of nine digits

    @property
    def steps(self) -> list[int]:
        """Of the optimizer, ascending; 0 is the initial state."""
        return [int(label) for label in self.labels]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, key: int | slice) -> Any:
        if isinstance(key, slice):
            return [self._read(label) for label in self.labels[key]]
        return self._read(self.labels[key])

    def at(self, step: int) -> Topology:
        """The snapshot of this step.

        :raises KeyError: where there is none
        """
        if step not in self.steps:
            raise KeyError(f"{self._path}: no snapshot at step {step}; steps: {_shortened(self.steps)}")
        return self._read(self.labels[self.steps.index(step)])

    def _read(self, label: str) -> Topology:
        core, notices = _core.read_network(f"{self._path}@{label}", [], "out-in", False, "unrolled", False)
        tell(notices)
        return Topology._of(core)

    def __repr__(self) -> str:
        return f"<Snapshots of {self._path} at steps {_shortened(self.steps)}>"


class Run:
    """A run file: configuration, results, tables of measurements, and snapshots, which are read when asked for.

    What it says is the state at the time of opening; ``reload()`` looks again. ``es.open("runs/set-s0")`` opens one.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = _run_file(path)  #: of the file
        self.reload()

    def reload(self) -> Run:
        """Reads the file anew: for a run that goes on. Returns the run itself."""
        self._found = _core.read_run(os.fspath(self.path))
        self.__dict__.pop("config", None)
        return self

    @property
    def name(self) -> str:
        """Of the run; of a sweep's that of its variant."""
        return self._found["name"]

    @property
    def seed(self) -> int:
        """What its random numbers are named by."""
        return self._found["seed"]

    @property
    def status(self) -> str:
        """"running", "finished", "interrupted" or "failed"."""
        return self._found["status"]

    @property
    def failure(self) -> str | None:
        """Why a failed run has failed, in one line; None of all others, and where the file does not say."""
        return self._found["results"].get("failure") if self.status == "failed" else None

    @property
    def created(self) -> str:
        """When it was begun, ISO 8601, UTC."""
        return self._found["created"]

    @property
    def environment(self) -> str:
        """Instruction set, libraries and threads it was begun with."""
        return self._found["environment"]

    @property
    def config_text(self) -> str:
        """The resolved configuration as TOML; run it again as it is. Empty where another program's loop wrote the run."""
        return self._found["config"]

    @cached_property
    def config(self) -> dict[str, Any]:
        """The resolved configuration: ``run.config["sparsity"]["density"]``."""
        return tomllib.loads(self.config_text)

    @property
    def results(self) -> dict[str, Any]:
        """What the run has said at its end: test_accuracy, density, seconds, training_flops, ...; empty before."""
        return self._found["results"]

    @property
    def layers(self) -> list[dict[str, Any]]:
        """All layers of the model: name, kind, shape, sparse, asked_density."""
        return self._found["layers"]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """The start and every time it was resumed: step, instruction_set, version, threads, created."""
        return self._found["parts"]

    def table(self, name: str) -> Table:
        """One of its tables, "train", "eval", "topology" or "tickets"; without columns where it has no rows yet.

        :raises ConfigError: for another name
        """
        known = dict.fromkeys(("train", "eval", "topology", "tickets", *self._found["tables"]))
        if name not in known:
            raise ConfigError(f"{self.path}: table '{name}' is not known; known: {', '.join(known)}")
        return Table(name, self._found["tables"].get(name, {}))

    @property
    def train(self) -> Table:
        """A row per epoch: step, epoch, loss, accuracy, learning_rate, seconds."""
        return self.table("train")

    @property
    def eval(self) -> Table:
        """A row per evaluation and split ("validation", "test"): step, epoch, split, loss, accuracy."""
        return self.table("eval")

    @property
    def topology(self) -> Table:
        """Rows per topology update, of each layer and, as layer -1, of the network: density, dropped, grown, exploration_rate."""
        return self.table("topology")

    @property
    def tickets(self) -> Table:
        """Of a run that leaves cheap tickets: step, ticket, snapshot and accuracies."""
        return self.table("tickets")

    @property
    def snapshots(self) -> Snapshots:
        """Masks and weights over time, as topologies."""
        return Snapshots(self.path, self._found["snapshots"])

    def __repr__(self) -> str:
        return f"<Run {self.name}, seed {self.seed}: {self.status}, {len(self.snapshots)} snapshots, {self.path}>"


def open_path(
    path: str | os.PathLike[str],
    *,
    layers: str | Sequence[str] = (),
    orientation: str = "out-in",
    drop_last_input: bool = False,
    conv: str = "unrolled",
) -> Run | Topology:
    """A run file or a run's folder as a :class:`Run`; all else, ``run.h5@STEP`` too, as a :class:`Topology` (see
    ``Topology.open`` for what may be there, and for the options, which are for topologies alone)."""
    file = Path(path)
    if file.is_dir() and (file / "run.h5").exists() or file.is_file() and file.suffix == ".h5":
        if file.is_dir() or _core.is_run_file(os.fspath(file)):
            if layers or orientation != "out-in" or drop_last_input or conv != "unrolled":
                raise ConfigError(f"{file} is a run; options are for topologies: open '{file}@last'")
            return Run(file)
    return Topology.open(path, layers=layers, orientation=orientation, drop_last_input=drop_last_input, conv=conv)


def _run_file(path: str | os.PathLike[str]) -> Path:
    file = Path(path)
    if file.is_dir():
        if not (file / "run.h5").exists():
            raise ConfigError(f"{file}: holds no run.h5")
        return file / "run.h5"
    if not file.exists():
        raise ConfigError(f"no such file or folder: {file}")
    return file


def _frozen(array: np.ndarray) -> np.ndarray:
    if array.flags.writeable:
        array.flags.writeable = False
    return array


def _shortened(steps: Sequence[int]) -> str:
    return ", ".join(map(str, steps)) if len(steps) <= 6 else f"{steps[0]}, {steps[1]}, ..., {steps[-1]} ({len(steps)})"
