#!/usr/bin/python3
"""cmake/EspalierCommit.cmake knows the commit of sources that have one, says so of others, and writes only what is new.

usage: commit_test.py SOURCE_FOLDER     Exit status 77: git is not installed.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77


def git(folder, *words):
    environment = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_COMMITTER_DATE="2026-11-05T12:00:00Z")
    command = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()


def written(script, folder, work):
    """What the script makes of a folder."""
    template, output = work / "template", work / "output"
    template.write_text("@ESPALIER_COMMIT@ @ESPALIER_COMMIT_DATE@", encoding="utf-8")
    subprocess.run(["cmake", "-D", f"SOURCE={folder}", "-D", f"TEMPLATE={template}", "-D", f"OUTPUT={output}", "-P", str(script)],
                   check=True, env=dict(os.environ, SOURCE_DATE_EPOCH="1793534400"))
    return output.read_text(encoding="utf-8").strip(), output.stat().st_mtime_ns


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if shutil.which("git") is None:
        print("skipped: apt-get install git")
        sys.exit(SKIPPED)
    script = pathlib.Path(sys.argv[1]).resolve() / "cmake" / "EspalierCommit.cmake"
    with tempfile.TemporaryDirectory(prefix="espalier-commit-") as name:
        work = pathlib.Path(name)
        sources = work / "sources"
        (sources / "inner").mkdir(parents=True)
        assert written(script, sources, work)[0] == "unknown 2026-11-01", "sources without a history"
        git(sources, "init", "-q")
        (sources / "file").write_text("a", encoding="utf-8")
        git(sources, "add", "file")
        git(sources, "commit", "-q", "-m", "a", "--date=2026-11-05T12:00:00Z")
        git(sources, "tag", "-a", "-m", "a", "version")
        commit = git(sources, "rev-parse", "HEAD")[:12]
        text, moment = written(script, sources, work)
        assert text == f"{commit} 2026-11-05", text
        assert written(script, sources, work)[1] == moment, "written though nothing is new"
        (sources / "file").write_text("b", encoding="utf-8")
        assert written(script, sources, work)[0] == f"{commit}-dirty 2026-11-05", "changed since"
        assert written(script, sources / "inner", work)[0] == "unknown 2026-11-01", "unpacked within another project"
    print("commits are known where there are any")


if __name__ == "__main__":
    main()
