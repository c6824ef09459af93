"""What the experiments that are sweeps share: making the runs, reading what `espalier collect` says, and tables of means.

Each experiment's run.py says which sweeps and which tables; finished runs are kept, interrupted ones go on.
"""
import argparse
import csv
import io
import json
import os
import statistics
import subprocess
import sys


def options(here, text, **defaults):
    """--espalier, --out and --jobs, with `defaults` as further options."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = os.path.dirname(os.path.dirname(here))
    parser.add_argument("--espalier", default=f"{root}/build/release/bin/espalier", help="the program")
    parser.add_argument("--out", default=f"{root}/runs/{os.path.basename(here)}", help="where the runs are or go")
    parser.add_argument("--jobs", type=int, help="runs side by side; one a core where not given")
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    chosen = parser.parse_args()
    chosen.here = here
    return chosen


def call(arguments):
    """Standard output of a command; where it fails, its one line of error ends this program."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return done.stdout


def answer(chosen, *arguments):
    """What a command says with --json."""
    return json.loads(call([chosen.espalier, *arguments, "--json"]))


def kept_answer(file, runs, chosen, *arguments):
    """The same, kept in a file as long as none of the runs it is about is newer."""
    def is_fresh():
        made = os.path.getmtime(file)
        return all(os.path.getmtime(f"{run.split('@')[0].removesuffix('/run.h5')}/run.h5") <= made for run in runs)
    if not os.path.exists(file) or not is_fresh():
        text = json.dumps(answer(chosen, *arguments))
        with open(file + ".part", "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(file + ".part", file)
    with open(file, encoding="utf-8") as kept:
        return json.load(kept)


def find(chosen, file="lottery.toml"):
    """Makes the tickets of a lottery file that are missing; one dictionary a run."""
    jobs = ["--jobs", str(chosen.jobs)] if chosen.jobs else []
    return answer(chosen, "tickets", "find", f"{chosen.here}/{file}", "--out", chosen.out, *jobs)["runs"]


def sweep(chosen, *files, out=None):
    """Makes the runs of the sweep files beside the experiment that are missing. Some may diverge: that is a result."""
    for name in files:
        path = name if os.path.isabs(name) else f"{chosen.here}/{name}"
        command = [chosen.espalier, "sweep", path, "--out", out or chosen.out]
        if chosen.jobs:
            command += ["--jobs", str(chosen.jobs)]
        status = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
        if status not in (0, 1):
            sys.exit(status)


def collect(chosen, *columns, folder=None, epochs=False):
    """One dictionary a run, or one an evaluation: name, seed, the configuration's keys that differ, results. Numbers are numbers."""
    command = [chosen.espalier, "collect", folder or chosen.out] + (["--epochs"] if epochs else [])
    if columns:
        command += ["--columns", ",".join(columns)]
    rows = list(csv.DictReader(io.StringIO(call(command))))
    for row in rows:
        for key, value in row.items():
            try:
                row[key] = float(value)
            except ValueError:
                pass
    return rows


def flat(value, name=""):
    """Numbers by dotted name; lists and what is undefined left out."""
    if isinstance(value, dict):
        return {key: number for part, inner in value.items() for key, number in flat(inner, f"{name}.{part}" if name else part).items()}
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return {name: float(value)} if is_number else {}


def measure_starts(chosen, rows, *options):
    """Adds the graph metrics of each run's initial state to its row, as "metrics"."""
    files = [f"{row['folder']}/run.h5@first" for row in rows]
    answers = []
    for begin in range(0, len(files), 24):
        answers += answer(chosen, "metrics", *files[begin:begin + 24], *options)
    for row, measured in zip(rows, answers):
        row["metrics"] = flat(measured["network"])


def groups(rows, *keys):
    """Rows by the values of these keys, in the order they come."""
    found = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def finished(rows):
    return [row for row in rows if row["status"] == "finished"]


def mean(rows, key):
    return statistics.mean(row[key] for row in finished(rows))


def accuracy(rows, key="test_accuracy"):
    """Per cent, mean ± sample standard deviation over the seeds that did not diverge, and how many did."""
    values = [100.0 * row[key] for row in finished(rows)]
    lost = f" ({len(rows) - len(values)} diverged)" if len(values) < len(rows) else ""
    if not values:
        return lost.strip()
    return spread(values) + lost


def spread(values, digits=2, sign=""):
    """Mean ± sample standard deviation; the mean alone of a single value."""
    deviation = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):{sign}.{digits}f}{deviation}"


def percent(values):
    return spread([100.0 * value for value in values])


def print_table(head, rows):
    """Markdown."""
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def ranks(values):
    """Average ranks, ties shared."""
    order = sorted(range(len(values)), key=lambda k: values[k])
    found = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end + 1 < len(order) and values[order[end + 1]] == values[order[begin]]:
            end += 1
        for k in order[begin:end + 1]:
            found[k] = (begin + end) / 2.0
        begin = end + 1
    return found


def rank_correlation(a, b):
    """Spearman's; None where one of them never varies."""
    x, y = ranks(a), ranks(b)
    mx, my = statistics.mean(x), statistics.mean(y)
    sxx = sum((v - mx) ** 2 for v in x)
    syy = sum((v - my) ** 2 for v in y)
    if sxx == 0.0 or syy == 0.0:
        return None
    return sum((u - mx) * (v - my) for u, v in zip(x, y)) / (sxx * syy) ** 0.5
