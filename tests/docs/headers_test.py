#!/usr/bin/python3
"""Each header includes what it names of the standard library, so that it can be included alone and first.

usage: headers_test.py SOURCE_FOLDER
       headers_test.py FOLDER --compile COMPILER [STORE]   each alone, by a compiler, those of the sources or of a folder where
                                                           they are installed: minutes. In STORE stand those that passed as they
                                                           are, with this compiler, and are not tried again. Headers
                                                           that the check above knows are parsed once for all, by GCC.
       headers_test.py --self-test

Compiling 450 headers one by one costs more than half of all other tests; reading them costs a second and finds what goes
wrong in practice, as a missing header of the project shows in the header's own source.
"""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# What a name needs; any one of several headers will do.
HEADERS = {
    "string": "string", "string_view": "string_view string", "vector": "vector", "map": "map", "set": "set",
    "deque": "deque", "array": "array", "span": "span", "optional": "optional", "nullopt": "optional",
    "variant": "variant", "function": "functional", "unique_ptr": "memory", "shared_ptr": "memory",
    "make_unique": "memory", "make_shared": "memory", "pair": "utility map vector", "move": "utility string vector",
    "size_t": "cstddef string vector span array", "byte": "cstddef", "uint8_t": "cstdint", "uint16_t": "cstdint",
    "uint32_t": "cstdint", "uint64_t": "cstdint", "int8_t": "cstdint", "int16_t": "cstdint", "int32_t": "cstdint",
    "int64_t": "cstdint", "mutex": "mutex", "thread": "thread", "atomic": "atomic", "filesystem": "filesystem",
    "numeric_limits": "limits", "sqrt": "cmath", "isnan": "cmath", "isfinite": "cmath", "nan": "cmath", "log": "cmath",
    "tuple": "tuple", "unordered_map": "unordered_map", "exception_ptr": "exception", "ranges": "algorithm ranges",
    "runtime_error": "stdexcept", "complex": "complex", "bitset": "bitset", "initializer_list": "initializer_list vector",
}
NAME = re.compile(r"\bstd::(\w+)")
INCLUDE = re.compile(r"^\s*#include <([\w/.]+)>", re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"", re.DOTALL)


def needed(text):
    """Groups of headers of which one each is needed."""
    return {name: HEADERS[name].split() for name in NAME.findall(COMMENT.sub("", text)) if name in HEADERS}


def reached(header, texts, seen):
    """All that a header includes, by itself or by the project's headers."""
    if header in seen:
        return seen[header]
    seen[header] = set()
    found = set()
    for name in INCLUDE.findall(texts.get(header, "")):
        found.add(name)
        if name in texts:
            found |= reached(name, texts, seen)
    seen[header] = found
    return found


def faults(texts):
    """One line for each header and name whose header it does not reach."""
    seen = {}
    for header in texts:
        reached(header, texts, seen)
    return [f"{header}: std::{name} needs <{options[0]}>" for header, text in sorted(texts.items())
            for name, options in sorted(needed(text).items()) if not set(options) & seen[header]]


def states(texts, compiler):
    """What decides whether a header compiles, of each: the compiler, its text and those of all it includes."""
    version = subprocess.run([compiler, "--version"], text=True, stdout=subprocess.PIPE, check=True).stdout
    seen, found = {}, {}
    for header in texts:
        parts = [header, *sorted(name for name in reached(header, texts, seen) if name in texts)]
        found[header] = hashlib.sha256("\0".join([version, *(texts[part] for part in parts)]).encode()).hexdigest()
    return found


def precompiled(folder, compiler):
    """Options with which the standard headers that needed() knows are read from a file that is made here."""
    if "clang" in subprocess.run([compiler, "--version"], text=True, stdout=subprocess.PIPE, check=True).stdout:
        return []
    source = pathlib.Path(folder) / "standard.hpp"
    names = sorted({name for options in HEADERS.values() for name in options.split()})
    source.write_text("".join(f"#include <{name}>\n" for name in names), encoding="utf-8")
    subprocess.run([compiler, "-std=c++20", "-x", "c++-header", source, "-o", f"{source}.gch"], check=True)
    return ["-include", str(source)]


def compiled(root, texts, compiler, store):
    """One line for each header that does not compile alone."""
    if not store:
        return compiled_with([], root, texts, compiler, store)
    with tempfile.TemporaryDirectory(prefix="espalier-headers-") as folder:
        return compiled_with(precompiled(folder, compiler), root, texts, compiler, store)


def compiled_with(options, root, texts, compiler, store):
    """The same, with further options of the compiler."""
    options = ["-std=c++20", "-fsyntax-only", f"-I{root}/include", *options]
    if (root / "src").is_dir():  # what is installed shows no HDF5
        command = ["pkg-config", "--cflags", "hdf5-serial"]
        options += subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True).stdout.split()
    state = states(texts, compiler)
    passed = set(json.loads(store.read_text(encoding="utf-8"))) if store and store.exists() else set()
    def fails(header):
        done = subprocess.run([compiler, *options, "-x", "c++", "-"],
                              input=f"#include <{header}>\n", text=True, stderr=subprocess.PIPE, check=False)
        return f"{header} does not compile alone:\n{done.stderr}" if done.returncode else None
    new = [header for header in sorted(texts) if state[header] not in passed]
    found = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, fault in zip(new, pool.map(fails, new)):
            if fault:
                found.append(fault)
            else:
                passed.add(state[header])
            if store:  # one by one, so that what is stopped need not begin anew
                store.write_text(json.dumps(sorted(passed & set(state.values()))), encoding="utf-8")
    print(f"{len(new)} headers were compiled")
    return found


def headers(root):
    """Texts by the names they are included by, of the sources or of what was installed."""
    installed = root / "include" / "espalier"
    folders = ((root / "src", "espalier/"), (root / "topology", "espalier/topology/"))
    if not (root / "src").is_dir():
        folders = ((installed, "espalier/"),)
    return {prefix + str(path.relative_to(folder)): path.read_text(encoding="utf-8")
            for folder, prefix in folders for path in folder.rglob("*.hpp")}


def self_test():
    texts = {"a.hpp": "#include <b.hpp>\nstd::vector<int> f();  // std::map\n", "b.hpp": "#include <vector>\n",
             "c.hpp": "#include <a.hpp>\nstd::optional<int> g();\n", "d.hpp": "std::size_t n;\n", "e.hpp": "\"std::map\"\n"}
    assert faults(texts) == ["c.hpp: std::optional needs <optional>", "d.hpp: std::size_t needs <cstddef>"], faults(texts)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) not in (2, 4, 5) or len(sys.argv) > 2 and sys.argv[2] != "--compile":
        sys.exit(__doc__)
    root = pathlib.Path(sys.argv[1])
    texts = headers(root)
    if len(texts) < 300:
        sys.exit(f"only {len(texts)} headers were found below {root}")
    store = pathlib.Path(sys.argv[4]) if len(sys.argv) == 5 else None
    found = faults(texts) if len(sys.argv) == 2 else compiled(root, texts, sys.argv[3], store)
    if found:
        sys.exit("\n".join(found))
    print(f"{len(texts)} headers can be included alone")


if __name__ == "__main__":
    main()
