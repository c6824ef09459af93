#!/usr/bin/env python3
"""How long `espalier inspect` reads files of other tools that are hard by their size, and in how much memory.

    python3 benchmarks/read_masks.py build/release/bin/espalier [--side 32768] [--tensors 30000]

Makes, in a temporary folder, deflated .npz masks of side x side zeros (np.savez_compressed) in bool and float32, C and
Fortran order, and a .safetensors of many small tensors; prints seconds on the clock and the largest memory (MiB) of
each command.
"""

import argparse
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path


def write_zeros(path, side, descr, width, is_fortran):
    header = f"{{'descr': '{descr}', 'fortran_order': {is_fortran}, 'shape': ({side}, {side}), }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    piece = bytes(side * width)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("layer.npy", "w", force_zip64=True) as out:
            out.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
            for _ in range(side):
                out.write(piece)


def write_tensors(path, count):
    header = {f"layer{k}.weight": {"dtype": "F32", "shape": [4, 4], "data_offsets": [64 * k, 64 * (k + 1)]}
              for k in range(count)}
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + struct.pack("<16f", *range(16)) * count)


def measured(command):
    """Seconds on the clock and MiB at most of one process."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begin
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with status {status}")
    return seconds, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--side", type=int, default=32768)
    parser.add_argument("--tensors", type=int, default=30_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = []
        for dtype, descr, width in (("bool", "|b1", 1), ("float32", "<f4", 4)):
            for is_fortran in (False, True):
                files.append(folder / f"{dtype}-{'fortran' if is_fortran else 'c'}.npz")
                write_zeros(files[-1], asked.side, descr, width, is_fortran)
        files.append(folder / "tensors.safetensors")
        write_tensors(files[-1], asked.tensors)
        for path in files:
            seconds, mebibytes = measured([asked.program, "inspect", path])
            print(f"{path.name:<22} {path.stat().st_size / 1e6:8.2f} MB  {seconds:6.2f} s  {mebibytes:7.1f} MiB", flush=True)


if __name__ == "__main__":
    main()
