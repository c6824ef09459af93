#!/usr/bin/python3
"""All C++ of the repository is as clang-format 14 would have it; other versions lay out some lines in their own way.

usage: format_test.py SOURCE_FOLDER     Exit status 77: clang-format 14 or git is not there.
"""
import shutil
import subprocess
import sys

VERSION = "14."
SKIPPED = 77
AT_ONCE = 100


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = shutil.which("clang-format-14") or shutil.which("clang-format")
    if program is None:
        skip("apt-get install clang-format")
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    if f"version {VERSION}" not in version:
        skip(f"clang-format {VERSION} decides, here is {version.strip()}")
    listed = subprocess.run(["git", "-C", sys.argv[1], "ls-files", "*.cpp", "*.hpp"], capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        skip("no git repository: which files are ours is not known")
    files = listed.stdout.split()
    if len(files) < 700:
        sys.exit(f"only {len(files)} sources were found")
    wrong = []
    for first in range(0, len(files), AT_ONCE):
        done = subprocess.run([program, "--dry-run", "-Werror", *files[first:first + AT_ONCE]], cwd=sys.argv[1],
                              capture_output=True, text=True, check=False)
        wrong += [line for line in done.stderr.splitlines() if "error:" in line]
    if wrong:
        sys.exit("\n".join(wrong[:20]) + f"\n{len(wrong)} places; clang-format -i mends them")


if __name__ == "__main__":
    main()
