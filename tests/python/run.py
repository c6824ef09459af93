#!/usr/bin/python3
"""Runs the tests of the Python module by pytest, one file each call of ctest or all.

usage: run.py FOLDER_OF_THE_PACKAGE TEST_FILE...

Exits with 77 where pytest or NumPy are not there, or a library that a whole file is about.
"""
import importlib.util
import os
import subprocess
import sys


def main():
    missing = [name for name in ("pytest", "numpy") if importlib.util.find_spec(name) is None]
    if missing:
        print(f"skipped: {', '.join(missing)} not there; apt-get install {' '.join('python3-' + name for name in missing)}")
        return 77
    package, *files = sys.argv[1:]
    environment = dict(os.environ, PYTHONPATH=package, PYTHONDONTWRITEBYTECODE="1")
    words = ["-q", "-rs", "-p", "no:cacheprovider", "-W", "error::pytest.PytestUnhandledThreadExceptionWarning", *files]
    status = subprocess.run([sys.executable, "-m", "pytest", *words], env=environment, check=False).returncode
    skipped_whole = 5  # nothing was run: pytest counts a skipped file as no test, and names the library that is missing
    return 77 if status == skipped_whole else status


if __name__ == "__main__":
    sys.exit(main())
