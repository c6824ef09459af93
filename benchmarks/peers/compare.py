#!/usr/bin/python3
"""Runs our work and the peers' by turns and writes the ratios as JSON; the table goes to stdout as it grows.

usage: compare.py WORKER OUT.json [--quick] [--only TEXT]     WORKER is espalier_worker; TEXT is part of a title or group
"""
import argparse
import contextlib
import json
import os
import subprocess
import sys

import cases
import workers

MODULE_OF = {"torch_worker.py": "torch", "torch_convnets.py": "torch", "onnx_convnets.py": "onnxruntime",
             "scipy_worker.py": "scipy", "nnstd_worker.py": "scipy", "networkx_worker.py": "networkx", "igraph_worker.py": "igraph", "espalier_worker": None}


def default_blas_core():
    """The OpenBLAS kernels that a program gets here when nothing is said; None where the BLAS is another."""
    program = ("import ctypes; f = ctypes.CDLL('libblas.so.3').openblas_get_corename; "
               "f.restype = ctypes.c_char_p; print(f().decode())")
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    done = subprocess.run([workers.PYTHON, "-c", program], capture_output=True, text=True, env=environment, check=False)
    return done.stdout.strip() or None


def peer_environment(case, right_core):
    environment = {"OPENBLAS_NUM_THREADS": str(case.threads), "OMP_NUM_THREADS": str(case.threads)}
    core = {"right": right_core, "default": None}.get(case.blas, case.blas)
    if core:
        environment["OPENBLAS_CORETYPE"] = core
    return environment


@contextlib.contextmanager
def busy_process(wanted):
    """Another process that wants a core all the time."""
    if not wanted:
        yield
        return
    process = subprocess.Popen([workers.PYTHON, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def start_peer(case, program, right_core):
    if case.peer == "espalier_worker":
        return workers.ours(program, (*case.theirs, "threads=1"))
    return workers.peer(case.peer, (*case.theirs, f"threads={case.threads}"), peer_environment(case, right_core))


def measure(case, program, right_core, rounds, seconds):
    with workers.ours(program, (*case.ours, f"threads={case.threads}")) as ours:
        with start_peer(case, program, right_core) as theirs:
            with busy_process(case.busy):
                return workers.alternate(ours, theirs, rounds, seconds).summary()


def result_of(case, program, right_core, rounds, seconds):
    """The case with its numbers, or with the reason why there are none."""
    module = MODULE_OF[case.peer]
    if module and not workers.has_module(module):
        return {"reason": f"{workers.PYTHON} has no module {module}"}
    try:
        return measure(case, program, right_core, rounds, seconds)
    except workers.WorkerError as error:
        return {"reason": str(error)}


def line_of(result):
    if "reason" in result:
        return f"{result['group']}; {result['title']}: {result['reason']}"
    return (f"{result['group']}; {result['title']}, {result['threads']} threads: {1e3 * result['ours_seconds']:.3f} ms, "
            f"{1e3 * result['theirs_seconds']:.3f} ms, ratio {result['ratio']:.1f} "
            f"({result['ratio_min']:.1f} to {result['ratio_max']:.1f})")


def compare(program, chosen, right_core, rounds, seconds):
    for case in chosen:
        kept = {name: getattr(case, name) for name in ("group", "title", "threads", "blas", "busy", "goal")}
        result = {**kept, **result_of(case, program, right_core, rounds, seconds)}
        print(line_of(result), flush=True)
        yield result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("worker")
    parser.add_argument("out")
    parser.add_argument("--quick", action="store_true", help="few cases, three short rounds")
    parser.add_argument("--only", default="", metavar="TEXT", help="cases with this in group or title")
    parser.add_argument("--seconds", type=float, help="of each turn")
    options = parser.parse_args()
    default_core, right_core = default_blas_core(), workers.blas_core()
    cores = len(os.sched_getaffinity(0))
    chosen = [case for case in cases.all_cases(cores, default_core, right_core)
              if (case.quick or not options.quick) and options.only in f"{case.group}; {case.title}"]
    rounds, seconds = (3, 0.1) if options.quick else (7, 0.4)
    results = list(compare(options.worker, chosen, right_core, rounds, options.seconds or seconds))
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump({"default_core": default_core, "right_core": right_core, "results": results}, file, indent=1)
    return 0 if results else "no case was chosen"


if __name__ == "__main__":
    sys.exit(main())
