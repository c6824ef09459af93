"""scripts/demo_table.py on five tiny runs: the table, and the README that it is put into.

usage: demo_table_test.py ESPALIER
"""
import json
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "demo_table.py"
RUNS = {"dense": "dense", "set-s0": "set", "set-s1": "set", "rigl-s0": "rigl", "rigl-s1": "rigl"}
SETTINGS = ["data.dataset=digits", "model.hidden=[16]", "training.epochs=1", "training.batch_size=64"]
README = "# Title\n\n<!-- demo table -->\nold\n<!-- end of demo table -->\n\nbehind\n"


def train(espalier, folder, name, method):
    config = folder / "empty.toml"
    config.write_text("")
    settings = SETTINGS + [f"sparsity.method={method}", f"seed={name[-1] if '-' in name else 0}"]
    if method != "dense":
        settings += ["sparsity.density=0.2", "sparsity.update_every=5it"]
    command = [espalier, "run", str(config), "--out", str(folder / name), "--json"]
    for setting in settings:
        command += ["--set", setting]
    (folder / f"{name}.json").write_text(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def make_table(espalier, folder, *more):
    return subprocess.run([sys.executable, str(SCRIPT), espalier, str(folder), *more], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)


def main(espalier):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for run, method in RUNS.items():
            train(espalier, folder, run, method)
        readme = folder / "README.md"
        readme.write_text(README)
        made = make_table(espalier, folder, "--readme", str(readme))
        assert made.returncode == 0, made.stderr

        accuracy = json.loads((folder / "rigl-s1.json").read_text())["test_accuracy"]
        lines = [line for line in made.stdout.splitlines() if line.startswith("rigl-s1")]
        assert len(lines) == 1 and f" {100 * accuracy:.2f} " in lines[0], lines
        inspected = json.loads(subprocess.run([espalier, "inspect", str(folder / "dense/run.h5"), "--json"], check=True,
                                              stdout=subprocess.PIPE, text=True).stdout)
        instruction_set = inspected["parts"][0]["instruction_set"]
        written = readme.read_text()
        assert written.startswith("# Title\n\n<!-- demo table -->\n```\nrun ") and written.endswith("\n\nbehind\n")
        assert "old" not in written and lines[0] in written
        assert f"{inspected['created'][:10]}, instruction set {instruction_set}, threads " in written, written

        again = make_table(espalier, folder, "--readme", str(readme))
        assert again.returncode == 0 and readme.read_text() == written  # nothing piles up

        readme.write_text("no markers\n")
        refused = make_table(espalier, folder, "--readme", str(readme))
        assert refused.returncode == 1 and "<!-- demo table -->" in refused.stderr
        assert readme.read_text() == "no markers\n"


main(sys.argv[1])
