#!/usr/bin/python3
"""Peak resident memory of each rank of `espalier-mpi run`, by the number of ranks and by what they share.

usage: rank_memory.py ESPALIER_MPI [--width N] [--layers N] [--density D] [--optimizer NAME] [--batch N] [--blocks B]
                      [--ranks R,R,...]

The network has so many hidden layers of N neurons (3 of 8192), method static, and is trained for one epoch of five batches of random
samples; each rank has one thread. Runs that share blocks of samples must all end with the same loss, and so must those whose
neurons are dealt, in one block. What is printed is the largest resident set that a rank's process has ever had (VmHWM of
/proc/self/status), as the system tells it when the process has ended; pages of libraries and of memory shared with other ranks
count for each that touches them.

Each rank is started by this file (`rank_memory.py --rank FOLDER COMMAND...`), which waits for it.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ENVIRONMENT = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
               "OMPI_MCA_btl_vader_single_copy_mechanism": "none", "ESPALIER_PROGRESS": "none"}
MIB = 1024.0 * 1024.0
# What ranks share, the option that asks for it, and whether it is a sharing of blocks.
MODES = (("samples", [], True), ("samples, and the optimizer's state", ["--shard-optimizer"], True),
         ("neurons", ["--split-neurons"], False))


def as_rank(folder, command):
    """Runs the program, and leaves its peak in a file of the rank's number. The status to end with."""
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(child, 0)
    (pathlib.Path(folder) / os.environ["OMPI_COMM_WORLD_RANK"]).write_text(str(1024 * usage.ru_maxrss), encoding="utf-8")
    return os.waitstatus_to_exitcode(status)


def measured(asked, folder, ranks, options, blocks):
    """Bytes of each rank, and the result of the run."""
    peaks = folder / "peaks"
    shutil.rmtree(peaks, ignore_errors=True)
    peaks.mkdir()
    settings = [f"data.dataset={folder / 'samples.npz'}", "data.test=0.2", "data.validation=0.0",
                f"model.hidden={[asked.width] * asked.layers}", "model.execution=sparse", "sparsity.method=static",
                f"sparsity.density={asked.density}", "sparsity.exploration=false", f"optimizer.kind={asked.optimizer}",
                "optimizer.learning_rate=0.0001", "training.epochs=1", f"training.batch_size={asked.batch}",
                f"training.blocks={blocks}", "snapshots.every=0ep"]
    command = ["mpirun", "-n", str(ranks), "--oversubscribe", "--bind-to", "none", sys.executable, str(pathlib.Path(__file__).resolve()),
               "--rank", str(peaks), str(pathlib.Path(asked.espalier_mpi).resolve()), "run", str(folder / "base.toml"), "--out",
               str(folder / "run"), "--force", "--json", "--threads", "1", *options]
    for setting in settings:
        command += ["--set", setting]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return [int((peaks / str(rank)).read_text(encoding="utf-8")) for rank in range(ranks)], json.loads(done.stdout)


def write_samples(file, count):
    import numpy as np
    random = np.random.default_rng(0)
    np.savez(file, x=random.random((count, 64), dtype=np.float32), y=np.arange(count, dtype=np.int64) % 10)


def kept_weights(asked, run_file):
    command = [str(pathlib.Path(asked.espalier_mpi).resolve()), "metrics", str(run_file), "--metric", "edges", "--csv"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT)
    return next(int(line.split(",")[3]) for line in done.stdout.splitlines() if ",network,edges," in line)


def main():
    if sys.argv[1:2] == ["--rank"]:
        sys.exit(as_rank(sys.argv[2], sys.argv[3:]))
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
    parser.add_argument("espalier_mpi")
    parser.add_argument("--width", type=int, default=8192)
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--density", type=float, default=0.2)
    parser.add_argument("--optimizer", default="adam")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--blocks", type=int, default=4)
    parser.add_argument("--ranks", type=lambda text: [int(part) for part in text.split(",")], default=[1, 2, 4])
    asked = parser.parse_args()
    if shutil.which("mpirun") is None or importlib.util.find_spec("numpy") is None:
        print("mpirun or NumPy is not installed")
        sys.exit(77)
    print("| ranks | share | peak of each rank, MiB | of all together, MiB |")
    print("| --- | --- | --- | --- |")
    losses = {True: set(), False: set()}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "base.toml").write_text("", encoding="utf-8")
        write_samples(folder / "samples.npz", 5 * asked.batch)
        for ranks in asked.ranks:
            for shared, options, by_blocks in MODES:
                if ranks == 1 and "optimizer" in shared:
                    continue
                peaks, result = measured(asked, folder, ranks, options if ranks > 1 else [], asked.blocks if by_blocks else 1)
                name = shared if ranks > 1 else "nothing" if by_blocks else "nothing; one block"
                print(f"| {ranks} | {name} | {', '.join(f'{peak / MIB:.0f}' for peak in peaks)} | {sum(peaks) / MIB:.0f} |", flush=True)
                losses[by_blocks].add(result["test_loss"])
        kept = kept_weights(asked, folder / "run" / "run.h5")
        print(f"\n{asked.layers} hidden layers of {asked.width}, density {asked.density}, {kept} kept weights, {asked.optimizer}, "
              f"batches of {asked.batch} in {asked.blocks} blocks")
    if any(len(ends) > 1 for ends in losses.values()):
        sys.exit(f"runs ended with different losses: {losses}")


if __name__ == "__main__":
    main()
