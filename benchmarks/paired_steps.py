#!/usr/bin/python3
"""Are training steps as fast as those of another version? Both programs train the same runs by turns.

usage: paired_steps.py BEFORE AFTER [--rounds N]

BEFORE and AFTER are two `espalier` programs. Prints for each case the steps per second of both (medians) and the median of
the rounds' ratios of time, below 1 where AFTER is faster. What a loaded machine does to one round it does to both of its
runs; their order alternates.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile

# name, configuration, threads
CASES = [
    ("784-512-512-10 SET at 0.05", ["model.hidden=[512, 512]", "sparsity.method=set", "sparsity.density=0.05"], 1),
    ("784-512-512-10 RigL at 0.05", ["model.hidden=[512, 512]", "sparsity.method=rigl", "sparsity.density=0.05"], 2),
    ("784-1000-1000-1000-10 SET at 0.01", ["model.hidden=[1000, 1000, 1000]", "sparsity.method=set", "sparsity.density=0.01"], 1),
    ("784-512-512-10 SET at 0.05, Adam, SReLU, dropout", ["model.hidden=[512, 512]", "sparsity.method=set", "sparsity.density=0.05",
                                                          "optimizer.kind=adam", "model.activation=srelu", "model.dropout=0.2"], 1),
    ("784-512-512-10 dense", ["model.hidden=[512, 512]", "sparsity.method=dense", "sparsity.density=1.0"], 1),
]
COMMON = ["data.dataset=fashion-mnist", "training.epochs=1", "sparsity.update_every=100it", "training.batch_size=128"]


def steps_per_second(program, settings, threads, folder):
    command = [program, "run", str(folder / "base.toml"), "--out", str(folder / "run"), "--force", "--json", "--threads", str(threads)]
    for setting in COMMON + settings:
        command += ["--set", setting]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(done.stdout)["steps_per_second"]


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n")[0])
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "base.toml").write_text("", encoding="utf-8")
        for label, settings, threads in CASES:
            speeds = {"before": [], "after": []}
            for turn in range(asked.rounds):
                for which in (("before", "after") if turn % 2 == 0 else ("after", "before")):
                    speeds[which].append(steps_per_second(getattr(asked, which), settings, threads, folder))
            ratios = [before / after for before, after in zip(speeds["before"], speeds["after"])]
            print(f"{label:50} {statistics.median(speeds['before']):9.0f} {statistics.median(speeds['after']):9.0f} steps/s"
                  f"   time {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})", flush=True)


if __name__ == "__main__":
    main()
