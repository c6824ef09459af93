#!/usr/bin/python3
"""Debian packages are made of a build folder, hold what they should, and lintian has nothing against them.

usage: packages_test.py BUILD_FOLDER WORK_FOLDER     Exit status 77: no Debian, or its dpkg-dev is not installed.

That they install, run and go away again is seen by scripts/package-check.
"""
import pathlib
import shutil
import subprocess
import sys

SKIPPED = 77
# What each must hold, and the architecture's folder for libraries, which is taken with /usr as prefix alone.
CONTENTS = {
    "espalier": ("./usr/bin/espalier", "./usr/share/man/man1/espalier-run.1.gz", "./usr/share/man/man1/espalier.1.gz",
                 "./usr/share/bash-completion/completions/espalier", "./usr/share/zsh/site-functions/_espalier",
                 "./usr/share/fish/vendor_completions.d/espalier.fish", "./usr/share/doc/espalier/copyright"),
    "libespalier-dev": ("/libespalier_base.a", "/libespalier_topology.a", "/libespalier_core.a", "/pkgconfig/espalier-core.pc",
                        "/cmake/espalier/espalierConfig.cmake", "./usr/include/espalier/topology/distance/nnstd.hpp",
                        "./usr/share/doc/libespalier-dev/changelog.gz"),
}
# Where MPI was there to build with.
CONTENTS_OF_MPI = {
    "espalier-mpi": ("./usr/bin/espalier-mpi", "./usr/share/man/man1/espalier-mpi.1.gz", "./usr/share/man/man1/espalier-mpi-run.1.gz",
                     "./usr/share/bash-completion/completions/espalier-mpi", "./usr/share/zsh/site-functions/_espalier-mpi",
                     "./usr/share/fish/vendor_completions.d/espalier-mpi.fish", "./usr/share/doc/espalier-mpi/changelog.gz"),
}
NOT_OF_THIS_PREFIX = "pkg-config-unavailable-for-cross-compilation,python-module-in-wrong-location"


def output(*command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build, work = (pathlib.Path(word).resolve() for word in sys.argv[1:])
    if not all(shutil.which(tool) for tool in ("cpack", "dpkg-deb", "dpkg-shlibdeps")):
        print("skipped: apt-get install dpkg-dev")
        sys.exit(SKIPPED)
    shutil.rmtree(work, ignore_errors=True)
    output("cpack", "-G", "DEB", "--config", build / "CPackConfig.cmake", "-B", work, cwd=build)
    packages = {file.name.split("_")[0]: file for file in work.glob("*.deb")}
    contents = {**CONTENTS, **(CONTENTS_OF_MPI if (build / "bin/espalier-mpi").exists() else {})}
    owners = {}
    for name, wanted in contents.items():
        listed = [line.split()[5] for line in output("dpkg-deb", "-c", packages[name]).splitlines()]
        missing = [file for file in wanted if not any(path.endswith(file) for path in listed)]
        if missing:
            sys.exit(f"{name} lacks {missing}")
        for path in listed:
            if not path.endswith("/") and owners.setdefault(path, name) != name:
                sys.exit(f"{path} is in {owners[path]} and in {name}")
    depends = output("dpkg-deb", "-f", packages["espalier"], "Depends")
    if "libhdf5" not in depends or "libc6" not in depends:
        sys.exit(f"espalier depends on {depends} alone")
    if "espalier-mpi" in contents:
        depends = output("dpkg-deb", "-f", packages["espalier-mpi"], "Depends").strip().split(", ")
        version = output("dpkg-deb", "-f", packages["espalier"], "Version").strip()
        if not {f"espalier (= {version})", "openmpi-bin"} <= set(depends) or not any(word.startswith("libopenmpi") for word in depends):
            sys.exit(f"espalier-mpi depends on {depends} alone")
    if shutil.which("lintian") is None:
        print("packages are whole; lintian is not installed")
        return
    said = output("lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", NOT_OF_THIS_PREFIX,
                  *packages.values())
    print(f"{len(packages)} packages are whole, and lintian has nothing against them\n{said}")


if __name__ == "__main__":
    main()
