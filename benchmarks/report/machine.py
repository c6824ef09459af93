#!/usr/bin/python3
"""Writes what the numbers were measured on as JSON: processor, caches, cores, memory, system, versions, date, command.

usage: machine.py OUT.json COMMAND      COMMAND is what the user typed, for the report
"""
import datetime
import json
import os
import platform
import subprocess
import sys

LSCPU = {"Model name": "processor", "Hypervisor vendor": "hypervisor", "L1d cache": "L1d", "L2 cache": "L2", "L3 cache": "L3"}


def lscpu():
    done = subprocess.run(["lscpu"], capture_output=True, text=True, check=False, env=dict(os.environ, LC_ALL="C"))
    pairs = (line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
    said = {name.strip(): value.strip() for name, value in pairs}
    found = {key: said[name] for name, key in LSCPU.items() if name in said}
    numbers = [f"{name.lower()} {said[name]}" for name in ("CPU family", "Model", "Stepping") if name in said]
    return {**found, "processor_numbers": ", ".join(numbers)}


def memory_bytes():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def version_of(module):
    try:
        return __import__(module).__version__
    except ImportError:
        return None


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    document = {"date": datetime.date.today().isoformat(), "command": sys.argv[2], "system": system(),
                "kernel": platform.release(), "cores": len(os.sched_getaffinity(0)), "memory_bytes": memory_bytes(),
                **lscpu(),
                "python_versions": {name: version_of(name) for name in ("torch", "scipy", "numpy")}}
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)


main()
