#!/usr/bin/python3
"""What each metric costs on a residual network of full size.

usage: all_metrics.py PROGRAM [--model KIND] [--density D] [--threads T] [--costly]

PROGRAM is `espalier`. It trains the network (resnet50_cifar, ERK at density 0.1, on the 8x8 images of `digits`, which come with the
program) for as little as it can, then measures the initial topology: each metric by itself, and all that are not costly together,
seconds of whole commands with their reading. --costly adds those that are measured only where they are asked for.
"""
import argparse
import pathlib
import re
import subprocess
import tempfile
import time


def run(command):
    start = time.monotonic()
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return time.monotonic() - start, done


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("--model", default="resnet50_cifar")
    parser.add_argument("--density", default="0.1")
    parser.add_argument("--threads", default="2")
    parser.add_argument("--costly", action="store_true")
    asked = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    table = (root / "docs/metrics.md").read_text().split("<!-- metrics -->")[1].split("<!-- end of metrics -->")[0]
    names = re.findall(r"^\| `(\w+)`( \(costly\))?", table.split("\n\n\n")[0], re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "base.toml"
        config.write_text("")
        settings = ["data.dataset=digits", f"model.kind={asked.model}", "model.global_pool=true", "sparsity.method=static",
                    "sparsity.init=erk", f"sparsity.density={asked.density}", "data.validation=0.9", "training.epochs=1", "snapshots.every=0ep"]
        command = [asked.program, "run", str(config), "--out", f"{folder}/run", "--json", "--threads", asked.threads]
        for setting in settings:
            command += ["--set", setting]
        _, done = run(command)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        base = [asked.program, "metrics", f"{folder}/run/run.h5@0", "--threads", asked.threads]
        seconds, done = run(base + ["--json"])
        print(f"all that are not costly: {seconds:.1f} s{'' if done.returncode == 0 else ' ' + done.stderr.strip()}")
        for name, costly in names:
            if costly and not asked.costly:
                continue
            seconds, done = run(base + ["--metric", name, "--json"])
            print(f"{name}{costly}: {seconds:.2f} s{'' if done.returncode == 0 else ' ' + done.stderr.strip()}")


if __name__ == "__main__":
    main()
