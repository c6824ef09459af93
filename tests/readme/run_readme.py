#!/usr/bin/python3
"""Runs what a page tells its readers to type, in order, in a folder of its own.

usage: run_readme.py ESPALIER SOURCE_FOLDER PAGE

A block behind a line `<!-- tested -->` is run: `sh` by bash with the program in PATH, `python` by this Python. A block behind
`<!-- tested with reference topologies -->` is run where those are (ESPALIER_REFERENCE or ../shared/reference).
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"<!-- tested( with reference topologies)? -->\n```(sh|python)\n(.*?)```", re.DOTALL)
SKIPPED = 77
#: Commands, and what a reader must see of them.
SHOWN = {"collect runs/methods --mean --table": ("test_accuracy", "\u00b1", "rigl")}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def reference_folder(source):
    folder = pathlib.Path(os.environ.get("ESPALIER_REFERENCE", source / ".." / "shared" / "reference"))
    return folder if folder.is_dir() else None


def run_block(page, language, text, folder, environment):
    command = ["bash", "-euo", "pipefail", "-c", text] if language == "sh" else [sys.executable, "-c", text]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{page}: this failed with status {done.returncode}:\n{text}\n{done.stdout}{done.stderr}")
    for command, words in SHOWN.items():
        if command in text and (missing := [word for word in words if word not in done.stdout]):
            sys.exit(f"{page}: {command} does not show {missing[0]}:\n{done.stdout}")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    program, source, page = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
    try:
        import h5py  # noqa: F401
    except ImportError:
        skip("Debian's python3-h5py is not installed")
    if not pathlib.Path("/usr/share/datasets/fashion-mnist").is_dir():
        skip("Debian's dataset-fashion-mnist is not installed")
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
    reference = reference_folder(source)
    count = 0
    with tempfile.TemporaryDirectory(prefix="espalier-readme-") as folder:
        if reference:
            os.symlink(reference / "topologies" / "set_fashion" / "w0", os.path.join(folder, "theirs"))
        blocks = BLOCK.findall((source / page).read_text(encoding="utf-8"))
        if len(blocks) < 2:
            sys.exit(f"{page}: only {len(blocks)} blocks were found")
        for needs_reference, language, text in blocks:
            if needs_reference and not reference:
                print("left out, no reference topologies:", text.strip())
                continue
            run_block(page, language, text, folder, environment)
            count += 1
    print(f"{count} blocks run")


main()
