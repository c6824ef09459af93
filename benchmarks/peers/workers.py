"""Worker processes that do one kind of work on command, and the comparison of two by turns."""
import dataclasses
import functools
import math
import os
import pathlib
import statistics
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
# Debian's, which has Debian's torch and SciPy; another, such as that of a virtual environment with a newer torch, may be named.
PYTHON = os.environ.get("ESPALIER_PEER_PYTHON", "/usr/bin/python3")
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "OPENBLAS_CORETYPE")


@functools.cache
def has_module(name):
    """Whether the peers' Python has it."""
    program = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"
    return subprocess.run([PYTHON, "-c", program], check=False).returncode == 0


class WorkerError(Exception):
    """A worker ended or answered nonsense; the text is its own last line."""


def blas_core():
    """The OpenBLAS kernels that fit this processor, by its features rather than its model number; None where unknown."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        flags = next((line.split() for line in file if line.startswith("flags")), [])
    if "avx512f" in flags:
        return "SkylakeX"
    return "Haswell" if "avx2" in flags else None


class Worker:
    """One process that speaks the protocol of worker.cpp. Use it in a with statement."""

    def __init__(self, command, environment=None):
        variables = {name: value for name, value in os.environ.items() if name not in THREAD_VARIABLES}
        variables.update(environment or {})
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, env=variables)
        try:
            self.weights = int(self._answer().split()[1])
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.kill()
        self.process.communicate()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            said = self.process.stderr.read().strip().splitlines()
            raise WorkerError(said[-1] if said else f"{self.process.args[0]} ended without a word")
        return line

    def _ask(self, line):
        try:
            print(line, file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass  # the answer that does not come says why
        return float(self._answer())

    def run(self, times):
        """Seconds that doing the work so many times took."""
        return self._ask(f"run {times}")

    def peak_bytes(self):
        return int(self._ask("peak"))


def ours(program, words, environment=None):
    return Worker([str(program), *words], environment)


def peer(script, words, environment=None):
    return Worker([PYTHON, "-W", "ignore", str(HERE / script), *words], environment)


def repetitions(worker, seconds):
    """How often the work fits into so many seconds, at least once; measured after a first warm one."""
    some = max(1, int(seconds / 10 / max(worker.run(1), 1e-7)))
    once = worker.run(some) / some
    return max(1, math.ceil(seconds / max(once, 1e-8)))


@dataclasses.dataclass
class Comparison:
    """Seconds of one piece of work, round by round, ours and theirs by turns."""

    ours: list
    theirs: list

    def summary(self):
        """Median times, and how many times faster we are: median, min and max over the rounds."""
        ratios = [theirs / ours for ours, theirs in zip(self.ours, self.theirs)]
        return {"ours_seconds": statistics.median(self.ours), "theirs_seconds": statistics.median(self.theirs),
                "ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios),
                "rounds": len(ratios)}


def alternate(our_worker, their_worker, rounds, seconds):
    """Runs ours, theirs, ours, theirs, ...: each turn about so many seconds, so that both see the same machine."""
    counts = [repetitions(worker, seconds) for worker in (our_worker, their_worker)]
    result = Comparison([], [])
    for _ in range(rounds):
        result.ours.append(our_worker.run(counts[0]) / counts[0])
        result.theirs.append(their_worker.run(counts[1]) / counts[1])
    return result
