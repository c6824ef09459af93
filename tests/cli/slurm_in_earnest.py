#!/usr/bin/python3
"""Sweeps and lotteries by a real Slurm: two nodes on this machine, started and stopped here.

usage: slurm_in_earnest.py ESPALIER     Exit status 77: Slurm, munge or h5py is not installed.

Jobs are requeued, warned of their time limit, lose a run by SIGKILL and a node by its death; they are submitted again, and every run
file must be the local sweep's, bit for bit.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import slurm_cluster
from run_arrays import require_equal
from slurm_cluster import Cluster, wait_until

SKIPPED = 77
BASE = """[data]
dataset = "digits"
[model]
hidden = [64, 32]
[training]
epochs = {epochs}
evaluate_every = "10ep"
checkpoint_every = "10ep"
[snapshots]
every = "100ep"
{more}
"""
SPARSE = "[sparsity]\ndensity = 0.3\nupdate_every = \"50it\"\n"
SWEEP = """name = "{name}"
base = "base.toml"
seeds = {seeds}
{grid}
[slurm]
time = "30m"
signal_before = "60s"
requeues = 3
{more}
"""
GRID = "[grid]\nsparsity.method = [\"set\", \"rigl\"]\n"
LOTTERY = """name = "tickets"
base = "dense.toml"
seeds = [0, 1]
[find]
levels = 2
fraction = 0.5
rewind = "30it"
[slurm]
time = "30m"
"""


class Here:
    """The program, in a folder of its own."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder

    def __call__(self, *words, status=0):
        done = subprocess.run([self.program, *words], cwd=self.folder, capture_output=True, text=True, check=False, timeout=900)
        if done.returncode != status:
            raise AssertionError(f"{words}: status {done.returncode}, not {status}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")


def owner(run):
    """The process that writes a run, as its owner file says."""
    try:
        return int((run / "run.h5.owner").read_text(encoding="utf-8").splitlines()[1])
    except (OSError, IndexError):
        return None


def parent(process):
    return int(pathlib.Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])


def element_runs(submission):
    lines = (submission / "elements.txt").read_text(encoding="utf-8").splitlines()
    return [[(submission / name).resolve() for name in line.split("\t")] for line in lines]


def wait_for_writer(run, seconds=120):
    wait_until(lambda: owner(run) is not None and (run / "checkpoint.h5").exists(), seconds, f"{run} is written")
    return owner(run)


def requeues_signals_and_kills(here, cluster):
    """Six runs in three elements of two; one of each trouble."""
    here.write("base.toml", BASE.format(epochs=600, more=SPARSE))
    here.write("sweep.toml", SWEEP.format(name="troubled runs", seeds="[0, 1, 2]", grid=GRID,
                                          more="runs_per_job = 2\nat_once = 2\nsetup = [\"export GREETING='from setup'\"]"))
    local, out = here.folder / "local", here.folder / "by slurm"
    here("sweep", "sweep.toml", "--out", "local")
    script = here("sweep", "sweep.toml", "--out", "by slurm", "--launcher", "slurm", "--dry-run")
    assert "#SBATCH --array=0-2%2\n" in script and "export GREETING='from setup'\nexec " in script, script
    assert not out.exists()
    asked = json.loads(here("sweep", "sweep.toml", "--out", "by slurm", "--launcher", "slurm", "--json"))
    (array,) = asked["arrays"]
    assert array["elements"] == 3 and array["runs"] == 6, asked
    job, submission = array["job"], here.folder / array["folder"]
    elements = element_runs(submission)
    assert "nothing to submit" in here("sweep", "sweep.toml", "--out", "by slurm", "--launcher", "slurm")

    wait_for_writer(elements[0][0])
    cluster.call("scontrol", "requeue", f"{job}_0")
    wait_for_writer(elements[1][0])
    cluster.call("scancel", "--signal=USR1", "--batch", f"{job}_1")
    said = submission / "1.log"
    wait_until(lambda: said.exists() and "back in Slurm's queue" in said.read_text(encoding="utf-8"), 60, "element 1 is requeued")
    # The third element has its turn once one of the others waits.
    os.kill(wait_for_writer(elements[2][0]), signal.SIGKILL)
    print(here("sweep", "sweep.toml", "--out", "by slurm", "--watch", status=1).split("\n\n")[0])
    states = cluster.elements(job)
    assert states[0][0] == "COMPLETED" and states[1][0] == "COMPLETED" and states[2][0] == "FAILED", states
    assert "ended by signal 9 (Killed)" in (submission / "2.log").read_text(encoding="utf-8")

    said = here("sweep", "sweep.toml", "--out", "by slurm", "--launcher", "slurm", "--wait")
    assert "6 of 6 runs finished" in said and "1 run in 1 element" in said, said
    assert "nothing to submit" in here("sweep", "sweep.toml", "--out", "by slurm", "--launcher", "slurm")
    require_equal(local, out, [run.name for element in elements for run in element])
    assert "finished  " in here("sweep", "sweep.toml", "--out", "by slurm", "--watch")


def death_of_a_node(here, cluster):
    """The element goes to the other node while an old process still holds the run; it ends, and the new one goes on."""
    here.write("base.toml", BASE.format(epochs=2000, more=SPARSE))
    here.write("one.toml", SWEEP.format(name="one", seeds="[7]", grid="", more=""))
    here("sweep", "one.toml", "--out", "one-local")
    asked = json.loads(here("sweep", "one.toml", "--out", "one", "--launcher", "slurm", "--json"))
    job = asked["arrays"][0]["job"]
    run = here.folder / "one" / "s7"
    process = wait_for_writer(run)
    element = parent(process)
    node = cluster.elements(job)[0][2]
    cluster.kill_node(node)
    # It holds the run for as long as Slurm takes to send the element elsewhere, but may not finish it in that time.
    os.kill(process, signal.SIGSTOP)
    cluster.call("scontrol", "update", f"nodename={node}", "state=down", "reason=died")

    def is_elsewhere():
        state, _, now = cluster.elements(job)[0]
        return state == "RUNNING" and now != node
    wait_until(is_elsewhere, 120, "the element runs on the other node")
    for one in (element, process):
        os.kill(one, signal.SIGKILL)
    new = wait_until(lambda: owner(run) not in (None, process) or (run / "run.h5.owner").exists() is False, 120, "the new one has begun")
    print(f"a node's death: the new element began {new:.1f} s after the old one's end")
    assert "finished" in here("sweep", "one.toml", "--out", "one", "--watch")
    require_equal(here.folder / "one-local", here.folder / "one", ["s7"])
    cluster.start_node(node)
    cluster.call("scontrol", "update", f"nodename={node}", "state=resume")
    wait_until(lambda: cluster.node_states() == ["idle", "idle"], 120, "both nodes are idle again")


def arrays_that_are_split(here, cluster):
    """More elements than an array may have; at_once holds over all arrays, and --cancel takes them back."""
    here.write("base.toml", BASE.format(epochs=100000, more=SPARSE))
    here.write("many.toml", SWEEP.format(name="many", seeds=list(range(10)), grid="", more="at_once = 1"))
    asked = json.loads(here("sweep", "many.toml", "--launcher", "slurm", "--json"))
    jobs = [array["job"] for array in asked["arrays"]]
    assert [array["elements"] for array in asked["arrays"]] == [4, 4, 2], asked
    wait_for_writer(here.folder / "runs/many/s0")
    running = [state for job in jobs for state, _, _ in cluster.elements(job).values() if state == "RUNNING"]
    assert len(running) == 1, running

    def all_wait():
        """Slurm says why when it next looks at them."""
        reasons = {reason for job in jobs[1:] for state, reason, _ in cluster.elements(job).values() if state == "PENDING"}
        return reasons == {"Dependency"}
    wait_until(all_wait, 60, "the other arrays wait for the one before them")
    said = here("sweep", "many.toml", "--cancel")
    assert all(job in said for job in jobs), said

    def is_over():
        return {state for job in jobs for state, _, _ in cluster.elements(job).values()} == {"CANCELLED"}
    wait_until(is_over, 60, "all elements are cancelled")
    assert owner(here.folder / "runs/many/s0") is None
    assert "nothing of" in here("sweep", "many.toml", "--cancel")
    last = json.loads(here("sweep", "many.toml", "--dry-run", "--json"))["runs"]
    assert last[0]["step"] == "resume" and last[1]["step"] == "start", last[:2]
    said = here("sweep", "many.toml", "--watch", status=1)
    assert "s0  interrupted at " in said and "s1  not started" in said and "10 not in the queue" in said, said


def a_lottery(here):
    here.write("dense.toml", BASE.format(epochs=30, more=""))
    here.write("lottery.toml", LOTTERY)
    here("tickets", "find", "lottery.toml", "--out", "lottery-local")
    said = here("tickets", "find", "lottery.toml", "--out", "lottery", "--launcher", "slurm", "--wait")
    assert "6 runs in 2 elements" in said and "6 of 6 runs finished" in said, said
    runs = [f"tickets-s{seed}/level-0{level}" for seed in (0, 1) for level in (0, 1, 2)]
    require_equal(here.folder / "lottery-local", here.folder / "lottery", runs)


def main():
    missing = slurm_cluster.missing_programs()
    if missing:
        print(f"skipped: not installed: {', '.join(missing)}")
        sys.exit(SKIPPED)
    os.environ["ESPALIER_PROGRESS"] = "none"
    with tempfile.TemporaryDirectory() as made:
        here = Here(sys.argv[1], pathlib.Path(made).resolve())
        with Cluster(here.folder / "cluster", largest_array=4) as cluster:
            try:
                requeues_signals_and_kills(here, cluster)
                death_of_a_node(here, cluster)
                arrays_that_are_split(here, cluster)
                a_lottery(here)
            except (AssertionError, TimeoutError, subprocess.CalledProcessError) as error:
                logs = "\n".join(f"--- {path}\n{path.read_text(encoding='utf-8')[-2000:]}" for path in here.folder.glob("*/slurm/*/*.log"))
                sys.exit(f"{error!r}\n{getattr(error, 'stderr', '')}\n{logs}\n{cluster.logs()}")
        print(f"the cluster started in {cluster.start_seconds:.1f} s and stopped in {cluster.stop_seconds:.1f} s")


main()
