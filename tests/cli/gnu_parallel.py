#!/usr/bin/python3
"""The lines that docs/clusters.md gives for GNU parallel, killed in the middle and called again; the runs must be the local sweep's.

usage: gnu_parallel.py ESPALIER SOURCE_FOLDER     Exit status 77: GNU parallel or h5py is not installed.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from run_arrays import require_equal

BLOCK = re.compile(r"<!-- tested with GNU parallel -->\n```sh\n(.*?)```", re.DOTALL)
BASE = "[data]\ndataset = \"digits\"\n[training]\nepochs = 150\ncheckpoint_every = \"5ep\"\n[sparsity]\ndensity = 0.3\nupdate_every = \"50it\"\n"
SWEEP = "name = \"mine\"\nbase = \"base.toml\"\nseeds = [0, 1, 2, 3]\n"


def main():
    if shutil.which("parallel") is None:
        print("skipped: GNU parallel is not installed")
        sys.exit(77)
    program, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    lines = BLOCK.search((source / "docs" / "clusters.md").read_text(encoding="utf-8")).group(1)
    with tempfile.TemporaryDirectory() as made:
        here = pathlib.Path(made)
        (here / "base.toml").write_text(BASE, encoding="utf-8")
        (here / "sweep.toml").write_text(SWEEP, encoding="utf-8")
        # parallel asks to be cited once, and keeps that in the home folder.
        surroundings = os.environ | {"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": made, "ESPALIER_PROGRESS": "none"}
        subprocess.run([program, "sweep", "sweep.toml", "--out", "local"], cwd=here, env=surroundings, check=True, capture_output=True)
        words = ["bash", "-euo", "pipefail", "-c", lines]
        with subprocess.Popen(words, cwd=here, env=surroundings, start_new_session=True, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as first:
            while first.poll() is None and not (here / "runs/mine/s0/checkpoint.h5").exists():
                time.sleep(0.01)
            os.killpg(first.pid, signal.SIGKILL)
        # What it had started is in groups of its own.
        for run in (here / "runs/mine").glob("*/run.h5.owner"):
            try:
                os.kill(int(run.read_text(encoding="utf-8").splitlines()[1]), signal.SIGKILL)
            except (OSError, IndexError):
                pass
        done = subprocess.run(words, cwd=here, env=surroundings, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        require_equal(here / "local", here / "runs/mine", ["s0", "s1", "s2", "s3"])
        done = subprocess.run(words, cwd=here, env=surroundings, capture_output=True, text=True, check=False, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr


main()
