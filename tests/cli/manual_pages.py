#!/usr/bin/python3
"""Manual pages are well-formed, and there is one for each command.

usage: manual_pages.py PROGRAM     PROGRAM: espalier or espalier-mpi. Exit status 77: neither mandoc nor man is installed.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
READERS = {"mandoc": ["mandoc", "-Tlint", "-Wwarning"],
           "man": ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z"]}
EXPECTED = {"espalier": {"espalier.1", "espalier-run.1", "espalier-tickets.1", "espalier-tickets-compare.1"},
            "espalier-mpi": {"espalier-mpi.1", "espalier-mpi-run.1", "espalier-mpi-metrics.1", "espalier-mpi-distance.1",
                             "espalier-mpi-completion.1", "espalier-mpi-help.1"}}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    readers = {name: command for name, command in READERS.items() if shutil.which(name)}
    if not readers:
        print("skipped: apt-get install man-db or mandoc")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory(prefix="espalier-manual-") as folder:
        subprocess.run([sys.argv[1], "help", "--man-pages", folder], check=True)
        pages = sorted(pathlib.Path(folder).iterdir())
        names = {page.name for page in pages}
        if not EXPECTED[pathlib.Path(sys.argv[1]).name] <= names:
            sys.exit(f"pages were written for {sorted(names)} alone")
        faults = []
        for name, command in readers.items():
            for page in pages:
                done = subprocess.run([*command, str(page)], capture_output=True, text=True, check=False)
                said = done.stderr + (done.stdout if name == "mandoc" else "")
                if said or done.returncode:
                    faults.append(f"{name} of {page.name}:\n{said}")
    if faults:
        sys.exit("\n".join(faults))
    print(f"{len(pages)} pages, read by {' and '.join(readers)}")


if __name__ == "__main__":
    main()
