#!/usr/bin/python3
"""Runs by mpirun end with the bits of one process: by several ranks, stopped, killed and resumed by others.

usage: mpi_runs.py ESPALIER ESPALIER_MPI

What ranks compute is tested without mpirun in tests/training/run/run_ranks_test.cpp; here are processes, signals and statuses.
Skipped (status 77) where mpirun or h5py is not installed.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SETTINGS = {
    "data.dataset": '"digits"', "model.hidden": "[48, 32]", "model.normalisation": '"batch_norm"', "sparsity.method": '"rigl"',
    "sparsity.density": "0.2", "sparsity.update_every": '"8it"', "training.batch_size": "64", "training.blocks": "8",
    "training.checkpoint_every": '"5it"', "training.epochs": "2",
}
# More ranks than cores, whoever starts them; and no shortcut that containers forbid.
ENVIRONMENT = {
    **os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_mpi_yield_when_idle": "1",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "ESPALIER_PROGRESS": "none",
}
DEADLINE = 600  # seconds; of a test that hangs


class Programs:
    def __init__(self, espalier, espalier_mpi, folder):
        self.espalier, self.espalier_mpi, self.folder = espalier, espalier_mpi, folder
        self.config = folder / "digits.toml"
        self.config.write_text('name = "digits"\n')

    def words(self, ranks, out, settings, *options):
        start = [self.espalier] if ranks == 0 else ["mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none",
                                                    self.espalier_mpi]
        words = [*start, "run", self.config, "--out", self.folder / out, "--threads", "1", *options]
        for key, value in {**SETTINGS, **settings}.items():
            words += ["--set", f"{key}={value}"]
        return [str(word) for word in words]

    def run(self, ranks, out, settings=None, *options):
        """A run to its end; of 0 ranks by the first program."""
        return subprocess.run(self.words(ranks, out, settings or {}, *options), capture_output=True, text=True, timeout=DEADLINE,
                              env=ENVIRONMENT, check=False)

    def mpirun(self, ranks, *words):
        """A command of the second program, whichever."""
        return subprocess.run(["mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none", self.espalier_mpi, *words],
                              capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=DEADLINE)

    def start(self, ranks, out, settings):
        return subprocess.Popen(self.words(ranks, out, settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=ENVIRONMENT)


def require(holds, what, *more):
    if not holds:
        sys.exit("\n".join([what, *(str(part) for part in more)]))


def own_messages(done):
    """Lines of the program, without mpirun's own."""
    return [line for line in done.stderr.splitlines() if line.startswith("espalier-mpi: ")]


def notes(done):
    return [line for line in done.stderr.splitlines() if line.startswith("espalier: note: ")]


def contents(h5py, run_file):
    """Bytes of all snapshots and metrics by name, but for times."""
    found = {}

    def add(name, item):
        if isinstance(item, h5py.Dataset) and not name.endswith("seconds") and name.startswith(("snapshots/", "metrics/")):
            values = item[()]
            found[name] = values.tobytes() if values.dtype != object else list(values)

    with h5py.File(run_file) as file:
        file.visititems(add)
    return found


def children(process):
    """Processes of the ranks, by their numbers."""
    found = {}
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(status[1]) != process.pid:
                continue
            environment = (folder / "environ").read_bytes().split(b"\0")
        except (OSError, ValueError):
            continue
        for variable in environment:
            if variable.startswith(b"OMPI_COMM_WORLD_RANK="):
                found[int(variable.split(b"=")[1])] = int(folder.name)
    return found


def ended_in_the_middle(programs, out, send):
    """Starts a run on two ranks, and calls send(mpirun, ranks) once it has saved a step. A run that was too fast for that is
    followed by a longer one. The settings it has, and the ended process."""
    for epochs in (4, 32, 256, 2048):
        settings = {"training.epochs": str(epochs)}
        folder = programs.folder / out
        shutil.rmtree(folder, ignore_errors=True)
        process = programs.start(2, out, settings)
        first = None
        while process.poll() is None:
            time.sleep(0.002)  # leaves the cores to the run
            try:
                now = os.stat(folder / "checkpoint.h5").st_ino
            except FileNotFoundError:
                continue
            first = first or now
            ranks = children(process)
            if now != first and len(ranks) == 2:
                send(process, ranks)
                break
        stdout, stderr = process.communicate(timeout=DEADLINE)
        if process.returncode != 0:
            return settings, subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
    sys.exit("no run was long enough to be ended in its middle")


def equal_bits(h5py, programs):
    one = programs.run(0, "one")
    require(one.returncode == 0, "espalier run failed", one.stderr)
    expected = contents(h5py, programs.folder / "one/run.h5")
    require(len(expected) > 20, "a run file without content")
    for ranks in (2, 8):
        done = programs.run(ranks, f"by-{ranks}")
        require(done.returncode == 0, f"mpirun -n {ranks} failed", done.stderr)
        require(done.stdout.count("finished after") == 1, f"{ranks} ranks do not speak with one voice", done.stdout)
        require(contents(h5py, programs.folder / f"by-{ranks}/run.h5") == expected, f"{ranks} ranks have other bits")
    alone = subprocess.run([programs.espalier_mpi, "--version"], capture_output=True, text=True, env=ENVIRONMENT, check=False)
    require(alone.returncode == 0 and alone.stdout.startswith("espalier "), "espalier-mpi --version", alone.stderr)
    for words in (["--version"], ["--help"], ["help", "--man", "run"], ["completion", "bash"]):
        one = subprocess.run([programs.espalier_mpi, *words], capture_output=True, text=True, env=ENVIRONMENT, check=False)
        three = programs.mpirun(3, *words)
        require(one.returncode == 0 and three.returncode == 0 and one.stdout == three.stdout, f"{words} by three ranks", three.stdout,
                three.stderr)


def ended_and_resumed(h5py, programs, out, send, status):
    settings, ended = ended_in_the_middle(programs, out, send)
    require(status(ended.returncode), f"{out}: status {ended.returncode}", ended.stderr)
    resumed = programs.run(4, out, settings, "--resume")
    require(resumed.returncode == 0, f"{out}: not resumed", resumed.stderr)
    one = programs.run(0, out + "-one", settings)
    require(one.returncode == 0, "espalier run failed", one.stderr)
    require(contents(h5py, programs.folder / out / "run.h5") == contents(h5py, programs.folder / (out + "-one") / "run.h5"),
            f"{out}: resumed to other bits")


def dealt_neurons(h5py, programs):
    """Neurons dealt to ranks, as by one process; a failure of all is told once."""
    settings = {"training.blocks": "1", "model.execution": "sparse", "model.dropout": "0", "sparsity.exploration": "false",
                "sparsity.grow_rule": "random", "training.checkpoint_every": "2it"}
    one = programs.run(0, "whole", settings)
    require(one.returncode == 0, "espalier run failed", one.stderr)
    done = programs.run(2, "dealt", settings, "--split-neurons")
    require(done.returncode == 0, "--split-neurons on 2 ranks failed", done.stderr)
    require(contents(h5py, programs.folder / "dealt/run.h5") == contents(h5py, programs.folder / "whole/run.h5"),
            "--split-neurons: other bits")
    failed = programs.run(2, "dealt", {**settings, "optimizer.learning_rate": "1e30"}, "--split-neurons", "--force")
    require(failed.returncode != 0 and len(own_messages(failed)) == 1, "a run that fails on all ranks", failed.stderr)


def shared_analyses(programs):
    """Distances and metrics of a run's snapshots, by ranks of which some have nothing to do, as by one process."""
    snapshots = str(programs.folder / "one/run.h5") + "@all"
    for command in (["distance", snapshots, "--metric", "nnstd,jaccard", "--csv"], ["metrics", snapshots, "--metric", "degree,effective", "--csv"]):
        one = subprocess.run([programs.espalier, *command], capture_output=True, text=True, check=False)
        require(one.returncode == 0 and one.stdout.count("\n") > 3, f"espalier {command[0]} failed", one.stderr)
        done = programs.mpirun(3, *command, "--work", str(programs.folder / command[0]))
        require(done.returncode == 0 and done.stdout == one.stdout, f"{command[0]} by three ranks", done.stdout, done.stderr)


def notes_once(programs):
    """What ranks note of files that they read is said once, of a file that one rank alone has read, too; an error there names it."""
    import numpy as np
    files = [str(programs.folder / f"masks-{k}.npz") for k in range(2)]
    for k, file in enumerate(files):
        np.savez(file, fc1=np.eye(4) + np.eye(4, k=k + 1), **{f"bias{k}": np.ones(4)})
    for command in ("metrics", "distance"):
        words = [command, *files, *(["--metric", "degree"] if command == "metrics" else ["--block", "1"]), "--work"]
        one = subprocess.run([programs.espalier, *words, str(programs.folder / f"notes-one-{command}")], capture_output=True, text=True, check=False)
        said = notes(one)
        require(one.returncode == 0 and len(said) == len(set(said)) == 2, f"espalier {command} has other notes", one.stderr)
        two = programs.mpirun(2, *words, str(programs.folder / f"notes-two-{command}"))
        require(two.returncode == 0 and sorted(notes(two)) == sorted(said), f"{command} by two ranks has other notes", two.stderr)
    short = programs.folder / "short.npy"
    np.save(short, np.eye(64))
    short.write_bytes(short.read_bytes()[:-1000])
    failed = programs.mpirun(2, "metrics", files[0], str(short), "--metric", "degree", "--work", str(programs.folder / "notes-failed"))
    said = own_messages(failed)
    require(failed.returncode != 0 and len(said) == 1 and said[0].startswith("espalier-mpi: rank 1: ") and "short.npy" in said[0],
            "an error of rank 1 does not name it", failed.stderr)
    require(not notes(failed), "notes beside an error", failed.stderr)


def refusals(programs):
    for ranks, settings, words in ((3, {}, ["3 ranks cannot share training.blocks = 8"]),
                                   (2, {"training.blocks": "1"}, ["2 ranks cannot share", "set training.blocks = 2"]),
                                   (2, {"optimizer.learning_rate": "1e30"}, ["not a finite number"])):
        done = programs.run(ranks, "refused", settings, "--force")
        said = own_messages(done)
        require(done.returncode != 0 and len(said) == 1, f"{ranks} ranks, {settings}: status {done.returncode}", done.stderr)
        require(all(word in said[0] for word in words), f"{ranks} ranks, {settings}: {said[0]}")


def main():
    try:
        import h5py
    except ImportError:
        print("h5py is not installed")
        sys.exit(77)
    if shutil.which("mpirun") is None:
        print("mpirun is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        programs = Programs(sys.argv[1], sys.argv[2], pathlib.Path(folder))
        equal_bits(h5py, programs)
        ended_and_resumed(h5py, programs, "killed", lambda mpirun, ranks: os.kill(ranks[1], signal.SIGKILL),
                          lambda status: status not in (0, 130))
        ended_and_resumed(h5py, programs, "stopped", lambda mpirun, ranks: mpirun.send_signal(signal.SIGUSR1),
                          lambda status: status == 130)
        refusals(programs)
        dealt_neurons(h5py, programs)
        shared_analyses(programs)
        notes_once(programs)


main()
