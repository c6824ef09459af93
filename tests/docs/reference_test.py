#!/usr/bin/python3
"""The reference that Doxygen makes of the headers has no markup errors, and every function of topology/ and src/base/ has its words.

usage: reference_test.py SOURCE_FOLDER WORK_FOLDER     Exit status 77: doxygen is not installed.
       reference_test.py --self-test

Fields of a struct may go without where its own comment explains them.
"""
import pathlib
import re
import shutil
import subprocess
import sys

SKIPPED = 77
DOCUMENTED = ("topology/", "src/base/")
UNDOCUMENTED = re.compile(r"is not documented\.$")
FUNCTION = re.compile(r"Member .*\(function\) of ")


def faults(warnings, root):
    """Those of doxygen's lines that are errors here, with paths as the project has them; each once."""
    found = []
    for line in warnings:
        line = line.replace(f"{root}/", "").strip()
        is_missing = UNDOCUMENTED.search(line)
        counts = FUNCTION.search(line) and line.startswith(DOCUMENTED) if is_missing else ": " in line
        if counts and line not in found:
            found.append(line)
    return found


def warnings_of(root, work):
    work.mkdir(parents=True, exist_ok=True)
    options = (root / "docs" / "Doxyfile").read_text(encoding="utf-8")
    options += f'OUTPUT_DIRECTORY = "{work}"\nWARN_LOGFILE = "{work}/warnings"\n'
    subprocess.run(["doxygen", "-"], input=options, cwd=root, text=True, check=True, stdout=subprocess.DEVNULL)
    if not (work / "html" / "index.html").is_file():
        sys.exit("doxygen wrote no index.html")
    return (work / "warnings").read_text(encoding="utf-8").splitlines()


def self_test():
    def found(text):
        return len(faults([text, text], "/s"))
    assert found("/s/topology/a.hpp:3: warning: Member f(int a) (function) of namespace x is not documented.") == 1
    assert found("/s/src/nn/a.hpp:3: warning: Member f(int a) (function) of namespace x is not documented.") == 0
    assert found("/s/topology/a.hpp:3: warning: Member count (variable) of struct x is not documented.") == 0
    assert found("/s/src/nn/a.hpp:3: warning: Unsupported xml/html tag <set> found") == 1
    assert found("") == 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    if shutil.which("doxygen") is None:
        print("skipped: apt-get install doxygen")
        sys.exit(SKIPPED)
    root, work = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    found = faults(warnings_of(root, work), root)
    if found:
        sys.exit("\n".join(found[:50]) + f"\n{len(found)} faults of the reference")
    print("the reference is whole")


if __name__ == "__main__":
    main()
