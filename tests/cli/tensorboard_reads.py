"""TensorBoard's own reader finds in a run's events what log.jsonl has, also after an interruption.

Usage: tensorboard_reads.py ESPALIER. Exit status 77: TensorBoard is not there, nothing was tested.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
except ImportError:
    print("skipped: this Python has no tensorboard (pip install tensorboard)")
    sys.exit(77)


def run(program, folder, *more):
    command = [program, "run", "--set", "data.dataset=digits", "--set", "model.hidden=[16]", "--set",
               "training.epochs=3", "--set", "training.batch_size=64", "--set", "sparsity.update_every=7it", "--set",
               'training.log=["jsonl","tensorboard"]', "--set", "training.checkpoint_every=5it", "--out", str(folder)]
    config = folder.parent / "empty.toml"
    config.write_text("")
    command.insert(2, str(config))
    return subprocess.run(command + list(more), check=False, capture_output=True, text=True)


def expected_scalars(log):
    """Tag -> [(step, value)] as the rows of log.jsonl give them."""
    scalars = {}
    for line in log.read_text().splitlines():
        row = json.loads(line)
        for name, value in row.items():
            skipped = name in ("step", "epoch", "seconds") or isinstance(value, str) or value is None
            if skipped or (name == "density" and row["kind"] == "eval"):
                continue
            tag = row.get("split", row["kind"]) + "/" + name
            scalars.setdefault(tag, []).append((row["step"], value))
    return scalars


def found_scalars(folder):
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    found = {}
    for tag in events.Tags()["scalars"]:
        found[tag] = [(event.step, event.value) for event in events.Scalars(tag)]
    for tag in events.Tags()["tensors"]:  # newer readers turn simple values into tensors
        found[tag] = [(event.step, event.tensor_proto.float_val[0]) for event in events.Tensors(tag)]
    return found


def same(expected, found):
    return expected.keys() == found.keys() and all(
        [step for step, _ in expected[tag]] == [step for step, _ in found[tag]]
        and all(abs(a - b) <= 1e-6 * max(1.0, abs(a)) for (_, a), (_, b) in zip(expected[tag], found[tag]))
        for tag in expected)


def main(program):
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "run"
        done = run(program, folder)
        assert done.returncode == 0, done.stderr
        whole = found_scalars(folder)
        assert same(expected_scalars(folder / "log.jsonl"), whole), whole.keys()
        # The same run, its last part once more: from its last checkpoint before the end there is nothing to do.
        resumed = run(program, folder, "--resume")
        assert resumed.returncode == 0, resumed.stderr
        assert len(list(folder.glob("events.out.tfevents.*"))) == 2
        assert same(whole, found_scalars(folder))
        print(f"TensorBoard reads {sum(map(len, whole.values()))} values of {len(whole)} tags")


main(sys.argv[1])
