"""Training runs and sweeps of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from espalier import _core, plugins
from espalier._core import ConfigError, Error
from espalier._notices import tell
from espalier._toml import config_source, flattened, to_toml, value_text
from espalier.runs import Run

Config = Mapping[str, Any] | str | os.PathLike[str]
Progress = dict[str, Any]


class Result(dict):
    """What ``espalier run --json`` prints: ``status``, ``test_accuracy``, ``density``, ``seconds``, ``snapshots``, ...
    Each is also an attribute."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"'{name}' is none of {', '.join(self)}") from None

    @property
    def run(self) -> Run:
        """The run file, opened."""
        return Run(self["out"])

    def __repr__(self) -> str:
        accuracy = self.get("test_accuracy")
        scored = "" if accuracy is None else f", test accuracy {accuracy:.4f}"
        return f"<Result {self['out']}: {self['status']} after {self['steps']} steps{scored}>"


def resolve(config: Config = {}, *, set: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The complete configuration that a run would have: every key, with what the method decides filled in.

    :raises ConfigError: where it cannot be, naming the key

    >>> import espalier as es
    >>> es.resolve({"data.dataset": "digits", "sparsity.method": "rigl"})["sparsity"]["grow_rule"]
    'gradient'
    """
    path, text = config_source(config)
    return tomllib.loads(_core.resolved(path, text, to_toml(set or {})))


def configuration_keys() -> dict[str, str]:
    """All keys of a configuration with a line of help each."""
    return dict(_core.all_keys())


def run(
    config: Config,
    *,
    out: str | os.PathLike[str] | None = None,
    set: Mapping[str, Any] | None = None,
    resume: bool = False,
    force: bool = False,
    threads: int | None = None,
    callback: Callable[[Progress], Any] | None = None,
) -> Result:
    """Trains one configuration into ``out/run.h5``, as ``espalier run`` does.

    :param config: a dict of dotted keys or of dicts ({"sparsity.method": "rigl"}, {"sparsity": {"method": "rigl"}}), or the path
        of a TOML file
    :param out: the run's folder; None: runs/<name>-s<seed>
    :param set: keys over those of the configuration, as --set
    :param resume: go on with the run in the folder from its last checkpoint, also of one that has failed; it ends as if it had
        never been interrupted
    :param force: replace the run in the folder
    :param threads: None: ``es.threads()``; results do not depend on it
    :param callback: called behind each epoch with {"epoch", "epochs", "step", "total_steps", "loss", "validation_accuracy",
        "test_accuracy", "density"}; where it returns True the run stops, saved, and can be resumed. What it raises, as
        Ctrl-C does, is raised again once the run is saved
    :raises ConfigError: where the configuration or the folder shows the mistake
    :raises NumericError: where the loss is no longer finite; the run is marked failed, and its file holds all that was logged
    :raises: what a rule, loss or callback that was given in Python raises (``es.plugins``), likewise

    The GIL is released while the run computes. A run and whoever reads its file may do so at once.
    """
    if resume and force:
        raise ConfigError("run: resume=True goes on with the run in the folder, force=True replaces it; not both")
    path, text = config_source(config)
    document, notices = _core.run(
        path,
        text,
        to_toml(set or {}),
        "" if out is None else os.fspath(out),
        resume,
        force,
        threads or 0,
        callback,
    )
    tell(notices)
    return Result(document)


def sweep(
    config: Config,
    *,
    grid: Mapping[str, Sequence[Any]] | None = None,
    variants: Mapping[str, Mapping[str, Any]] | None = None,
    seeds: Sequence[int] | None = None,
    out: str | os.PathLike[str] | None = None,
    name: str | None = None,
    set: Mapping[str, Any] | None = None,
    jobs: int | None = None,
    threads: int | None = None,
    retry_failed: bool = False,
    force_changed: bool = False,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Trains all combinations of a grid, variants and seeds over a base configuration, as ``espalier sweep`` does: each run in a
    process of its own; finished runs are skipped when it is called again, interrupted ones go on. Where a run asks for a rule, loss
    or callback that was given in Python (``es.plugins``), all are threads of this process, which knows it, with equal results.

    :param config: the base configuration; or, without grid, variants and seeds, the path of a sweep file
    :param grid: {"sparsity.density": [0.05, 0.1], "sparsity.method": ["set", "rigl"]}
    :param variants: by name, keys that differ from the base: {"rigl": {"sparsity.method": "rigl"}}
    :param seeds: of each combination; None: the base's own
    :param out: folder of the runs' folders; also gets sweep.toml and base.toml, with which the command line goes on
    :param name: of the sweep; None: that of the folder. A sweep file has its own
    :param jobs: runs side by side, at most one a core; None: one a core
    :param threads: of each run; None: runs share the cores
    :param retry_failed: begin failed runs anew
    :param force_changed: replace runs in the folder that were made with another configuration
    :param dry_run: check everything, say what would be done, and do nothing
    :returns: what ``espalier sweep --json`` prints: {"sweep", "out", "status", "runs": [{"folder", "variant", "values", "seed",
        "status", "test_accuracy", ...}]}
    :raises Error: where runs have failed; the message names the first and why

    Ctrl-C saves all that run and raises KeyboardInterrupt; the same call goes on.
    """
    for word, count in (("jobs", jobs), ("threads", threads)):
        if count is not None and not 1 <= count <= 1024:
            raise ConfigError(f"sweep: {word} = {count}: a number from 1 to 1024 is needed")
    file = _sweep_file(config, grid, variants, seeds, out, name)
    assignments = [f"{key}={value_text(value, key)}" for key, value in flattened(set or {}).items()]
    if plugins.serve_runs() and _core.python_functions_of_sweep(file, assignments):
        folder = "" if out is None else os.fspath(out)
        document, notices, trouble, raised = _core.sweep_in_threads(
            file, assignments, folder, jobs or 0, threads or 0, retry_failed, force_changed, dry_run
        )
        tell(notices)
        if trouble:
            raise Error(trouble) from raised
        return document
    words = ["sweep", file]
    words += ["--out", os.fspath(out)] if out is not None else []
    words += [word for one in assignments for word in ("--set", one)]
    words += ["--jobs", str(jobs)] if jobs is not None else []
    words += ["--threads", str(threads)] if threads is not None else []
    words += ["--retry-failed"] * retry_failed + ["--force-changed"] * force_changed + ["--dry-run"] * dry_run
    return json.loads(run_command(words + ["--json", "--progress", "none"] if not dry_run else words + ["--json"]))


def _sweep_file(config, grid, variants, seeds, out, name) -> str:
    if grid is None and variants is None and seeds is None:
        if isinstance(config, Mapping):
            raise ConfigError("sweep: a grid, variants or seeds are needed over a base configuration")
        if name is not None:
            raise ConfigError(f"sweep: name='{name}', and {os.fspath(config)} is a sweep file, which has its own")
        return os.fspath(config)
    if out is None:
        raise ConfigError("sweep: out= is needed, the folder of the runs' folders")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    base = _base_file(config, folder)
    lines = [f"name = {value_text(name or folder.name, 'name')}", f"base = {value_text(base, 'base')}"]
    lines += [f"seeds = {value_text(list(seeds), 'seeds')}"] if seeds is not None else []
    if grid:
        lines += ["[grid]"] + [f"{json.dumps(key)} = {value_text(_values(values, key), key)}" for key, values in flattened(grid).items()]
    for variant, keys in (variants or {}).items():
        lines += ["[[variants]]", f"name = {value_text(variant, 'name')}"]
        lines += [f"{json.dumps(key)} = {value_text(value, key)}" for key, value in flattened(keys).items()]
    file = folder / "sweep.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return os.fspath(file)


def _values(values: Any, key: str) -> list[Any]:
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        raise ConfigError(f"sweep: grid: {key} = {values!r}: a list of values is needed; what is one for all runs belongs to set=")
    return list(values)


def _base_file(config: Config, folder: Path) -> str:
    """What sweep.toml calls the base: relative paths in a dict start here, not there."""
    if not isinstance(config, Mapping):
        return os.path.abspath(config_source(config)[0])
    (folder / "base.toml").write_text(_core.given(to_toml(config)), encoding="utf-8")
    return "base.toml"


def run_command(words: Sequence[str]) -> str:
    """What a command of the program prints, run in a process of its own.

    Ctrl-C is passed on, waited for and raised again; an error of the program is an error here.
    """
    environment = dict(os.environ)
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [package, environment.get("PYTHONPATH")]))
    environment |= {"ESPALIER_PLUGINS": ":".join(loaded)} if (loaded := _core.loaded_plugins()) else {}
    process = subprocess.Popen(
        [sys.executable, "-m", "espalier", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    )
    try:
        printed, said = process.communicate()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)  # twice within a second is one wish: the terminal may have sent it, too
        process.communicate()
        raise
    lines = said.splitlines()
    tell(line.removeprefix("espalier: note: ") for line in lines if line.startswith("espalier: note: "))
    if process.returncode == 130:
        raise KeyboardInterrupt
    if process.returncode != 0:
        message = lines[-1].removeprefix("espalier: ") if lines else f"exit status {process.returncode}"
        raise (ConfigError if process.returncode == 2 else Error)(message)
    return printed
