#!/usr/bin/python3
"""What `cmake --install` leaves can be built upon: by CMake, by pkg-config, in another place than it was installed to.

usage: install_test.py BUILD_FOLDER WORK_FOLDER COMPILER install      installs to WORK_FOLDER/first and moves that to WORK_FOLDER/prefix
       install_test.py BUILD_FOLDER WORK_FOLDER COMPILER cmake NAME   configures, builds and runs consumers/NAME against the prefix
       install_test.py BUILD_FOLDER WORK_FOLDER COMPILER pkg-config   builds consumers/topology by pkg-config alone, and runs it
       install_test.py BUILD_FOLDER WORK_FOLDER COMPILER page         docs/install.md shows programs that are consumers here

That each installed header compiles alone is told by tests/docs/headers_test.py.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PRIVATE = ("base/hdf5/hdf5_library.hpp", "config/table_reader.hpp", "config/toml_nodes.hpp")  # they show other libraries' types


def run(command, fails=False, **options):
    """Its output, of a command that must end well, or badly where `fails`."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)
    if (done.returncode != 0) != fails:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def install(build, work, _):
    """Installed, moved, and nothing in it knows where it came from."""
    shutil.rmtree(work, ignore_errors=True)
    run(["cmake", "--install", build, "--prefix", work / "first"])
    os.rename(work / "first", work / "prefix")
    # Debug information, which only other build types have, holds the names of sources.
    is_release = "CMAKE_BUILD_TYPE:STRING=Release\n" in (build / "CMakeCache.txt").read_text(encoding="utf-8")
    places = [str(place).encode() for place in (HERE.parents[1], build, work)] if is_release else []
    for path in (work / "prefix").rglob("*"):
        if path.is_symlink():
            sys.exit(f"{path} is a link")
        if path.is_dir() and not any(path.iterdir()):
            sys.exit(f"{path} is empty")
        if path.is_file() and any(place in path.read_bytes() for place in places):
            sys.exit(f"{path} holds a path of the machine it was built on")
    check_headers(work / "prefix/include/espalier")


def check_headers(folder):
    headers = {str(path.relative_to(folder)) for path in folder.rglob("*.hpp")}
    if len(headers) < 300:
        sys.exit(f"only {len(headers)} headers were installed")
    shown = [header for header in headers if header in PRIVATE or header.startswith("cli/")]
    if shown:
        sys.exit(f"headers for the project's own sources were installed: {shown}")


def masks(work):
    """Two small networks, as .npz of edge lists would be: dense arrays by NumPy's own format, written by hand."""
    names = []
    for name, rows in (("first", [[1, 1, 0], [0, 1, 1]]), ("second", [[0, 1, 1], [1, 0, 1]])):
        text = {"descr": "|u1", "fortran_order": False, "shape": (len(rows), len(rows[0]))}
        header = (str(text) + " " * 64)[:117] + "\n"
        file = work / f"{name}.npy"
        file.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + bytes(sum(rows, [])))
        names.append(file)
    return names


def expect(name, output):
    """What each consumer prints."""
    wanted = {"topology": r"0\.333333\nfirst 4 1\.33333\n", "core": r"finished 0\.\d+ 0\.\d+\n", "base": r"12 HDF5 \d+\.\d+\.\d+\n"}
    if not re.fullmatch(wanted[name], output):
        sys.exit(f"consumers/{name} printed:\n{output}")


def arguments(name, work):
    if name == "core":
        shutil.rmtree(work / "run", ignore_errors=True)
        return [work / "run"]
    return masks(work) if name == "topology" else []


def cmake(_, work, compiler, name):
    place = work / f"consumer-{name}"
    shutil.rmtree(place, ignore_errors=True)
    configure = ["cmake", "-S", HERE / "consumers" / name, "-B", place, f"-DCMAKE_PREFIX_PATH={work / 'prefix'}",
                 f"-DCMAKE_CXX_COMPILER={compiler}"]
    if name == "wrong":
        said = " ".join(run(configure, fails=True).split())
        if "espalier has no component 'topologie': it has base, topology and core" not in said:
            sys.exit(f"a wrong component was answered by:\n{said}")
        return
    run(configure)
    run(["cmake", "--build", place])
    expect(name, run([place / "consumer", *arguments(name, work)]))


def pkg_config(_, work, compiler):
    folders = ":".join(str(path.parent) for path in (work / "prefix").rglob("espalier-base.pc"))
    environment = dict(os.environ, PKG_CONFIG_PATH=folders)
    for name in ("base", "topology", "core"):
        flags = run(["pkg-config", "--cflags", "--libs", f"espalier-{name}"], env=environment).split()
        program = work / f"by-pkg-config-{name}"
        run([compiler, HERE / "consumers" / name / "main.cpp", "-o", program, *flags])
        expect(name, run([program, *arguments(name, work)]))


def page(*_):
    text = (HERE.parents[1] / "docs" / "install.md").read_text(encoding="utf-8")
    shown = re.findall(r"```(?:cmake|cpp)\n(.*?)```", text, re.DOTALL)
    built = {file.read_text(encoding="utf-8") for file in (HERE / "consumers").rglob("*.*") if file.is_file()}
    if len(shown) < 4 or not set(shown) <= built:
        sys.exit("docs/install.md shows programs that are not those of tests/package/consumers/")


def main():
    steps = {"install": install, "cmake": cmake, "pkg-config": pkg_config, "page": page}
    if len(sys.argv) < 5 or sys.argv[4] not in steps:
        sys.exit(__doc__)
    build, work = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    steps[sys.argv[4]](build, work, sys.argv[3], *sys.argv[5:])


if __name__ == "__main__":
    main()
