"""scripts/packages.sh run by itself: prints apt's lines, and sourced says nothing.

usage: apt_lines_test.py SOURCE_FOLDER
"""
import pathlib
import subprocess
import sys


def run(*words):
    return subprocess.run(words, cwd=sys.argv[1], capture_output=True, text=True, check=False)


def main():
    script = "scripts/packages.sh"
    assert pathlib.Path(sys.argv[1], script).stat().st_mode & 0o111, "it is not executable"
    done = run(script)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    groups = [line[2:] for line in lines[0::2]]
    assert groups[:3] == ["build", "page", "python"] and "test" in groups, groups
    assert all(line.startswith("apt-get install --no-install-recommends ") for line in lines[1::2])
    assert " libhdf5-dev " in lines[1] and " npm " in lines[3] and " python3-matplotlib" in lines[5]
    check = 2 * groups.index("check")
    assert run(script, "page", "check").stdout.splitlines() == lines[2:4] + lines[check : check + 2]
    refused = run(script, "--instal")
    assert refused.returncode == 1 and "'--instal' is none of build" in refused.stderr, refused
    there = run("bash", "-euc", "source scripts/packages.sh; missing_packages() { :; }; run_by_itself --install build page")
    assert there.returncode == 0 and there.stdout == "Installed: all packages of build page\n", there
    assert run("bash", "-euc", "source scripts/packages.sh").stdout == ""


main()
