#!/usr/bin/python3
"""Includes go from room to room only as the tables of docs/architecture.md and docs/rooms.md say, and never both ways.

usage: rooms_test.py SOURCE_FOLDER
       rooms_test.py --self-test

A row `| `src/nn/` | what | `base`, `kernels`; ... |` allows sources of src/nn/ to include headers of base and kernels; names in
backticks before the first semicolon count. In docs/rooms.md rows of the first table stand for rooms of topology/, `topology` for what stands
in none of them; those of the second for rooms within rooms of src/ (`nn/layers/`), which use rooms beside them.
"""
import collections
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#include <espalier/([\w/]+)/[\w.]+>', re.MULTILINE)
ROW = re.compile(r"^\| (?P<rooms>`[^|]*) \|[^|]*\| (?P<uses>[^|]*) \|$", re.MULTILINE)
SUFFIXES = {".cpp", ".hpp", ".inc", ".in"}


def allowed(page):
    """Rooms by name, and the rooms whose headers each may include."""
    table = {}
    for row in ROW.finditer(page):
        uses = re.findall(r"`([^`]+)`", row["uses"].split(";")[0])
        for room in re.findall(r"`([^`]+?)/?`", row["rooms"]):
            name = room.removeprefix("src/")
            if not room.startswith("src/") and f"src/{name}/" in page:  # what stands in none of a room's rooms
                name += "/"
            if name in table:
                sys.exit(f"`{room}/` has two rows")
            table[name] = {use.rstrip("/") for use in uses}
    return table


def room_of(path):
    """"nn" of src/nn/spec.hpp and src/nn/layers/linear.hpp, "topology" of topology/registry.hpp, "graph" of topology/graph/chain.hpp."""
    parts = path.split("/")
    if parts[0] == "python":
        return "python"
    if parts[0] == "src":
        return parts[1]
    return parts[1] if len(parts) > 2 else "topology"


def room_of_header(folder, user):
    """Other rooms see all of topology as one."""
    parts = folder.split("/")
    if parts[0] != "topology" or not user.startswith("topology/"):
        return parts[0]
    return parts[1] if len(parts) > 1 else "topology"


def inner_rooms(path, folder):
    """Of a source of src/ and a header of the same room: their rooms within it, "layers" of src/nn/layers/linear.hpp; a room's
    own name for what stands in none."""
    parts, header = path.split("/"), folder.split("/")
    return parts[2] if len(parts) > 3 else parts[1], header[1] if len(header) > 1 else header[0]


def faults(table, sources):
    """One line for each file and room that the table does not have.

    sources: texts by path
    """
    found, arrows = [], collections.defaultdict(set)
    for path, text in sorted(sources.items()):
        room = room_of(path)
        outside = table.get("topology", set()) if path.startswith("topology/") else set()
        for folder in sorted(set(INCLUDE.findall(text))):
            target = room_of_header(folder, path)
            user, users = room, table.get(room)
            if path.startswith("src/") and target == room:
                inner, target = inner_rooms(path, folder)
                user = room if inner == room else f"{room}/{inner}"
                if inner == target:
                    continue
                users = table.get(f"{room}/", set()) if inner == room else table.get(user)
                arrows[user].add(room if target == room else f"{room}/{target}")
            elif target == room or target in outside - {"topology"}:
                continue
            else:
                arrows[room].add(target)
            if users is None:
                found.append(f"{path}: room `{user}` has no row in docs/architecture.md or rooms.md")
            elif target not in users:
                found.append(f"{path}: `{user}` may not include headers of `{target}` (docs/architecture.md and rooms.md)")
    both = {tuple(sorted((a, b))) for a in arrows for b in arrows[a] if a in arrows.get(b, set())}
    found += [f"`{a}` and `{b}` include each other" for a, b in sorted(both)]
    return found


def self_test():
    page = "| `src/a/`, `src/b/` | x | `c`; `d` |\n| `src/c/` | y | – |\n| `topology/` | z | `c` |\n| `graph/` | z | `topology` |\n"
    table = allowed(page)
    assert table == {"a": {"c"}, "b": {"c"}, "c": set(), "topology": {"c"}, "graph": {"topology"}}, table
    def said(path, include):
        return faults(table, {path: f"#include <espalier/{include}>\n"})
    assert not said("src/a/x.cpp", "c/y.hpp")
    assert not said("src/a/x.cpp", "a/y.hpp")
    assert not said("topology/graph/x.cpp", "topology/y.hpp")
    assert not said("topology/graph/x.cpp", "c/y.hpp")
    assert len(said("src/a/x.cpp", "d/y.hpp")) == 1
    assert len(said("src/c/x.cpp", "a/y.hpp")) == 1
    assert len(said("src/e/x.cpp", "c/y.hpp")) == 1
    inner = allowed("| `src/a/` | x | – |\n| `a/b/` | x | `c` |\n| `a/c/` | x | – |\n| `a/` | x | `b` |\n")
    def said_within(path, include):
        return faults(inner, {path: f"#include <espalier/{include}>\n"})
    assert not said_within("src/a/b/x.cpp", "a/c/y.hpp")
    assert not said_within("src/a/b/x.cpp", "a/b/y.hpp")
    assert not said_within("src/a/x.cpp", "a/b/y.hpp")
    assert len(said_within("src/a/x.cpp", "a/c/y.hpp")) == 1
    assert len(said_within("src/a/c/x.cpp", "a/b/y.hpp")) == 1
    assert len(said_within("src/a/c/x.cpp", "a/y.hpp")) == 1
    assert len(said_within("src/a/d/x.cpp", "a/b/y.hpp")) == 1
    assert len(said("topology/x.cpp", "topology/graph/y.hpp")) == 1
    both = faults({"a": {"c"}, "c": {"a"}},
                  {"src/a/x.cpp": "#include <espalier/c/y.hpp>\n", "src/c/x.cpp": "#include <espalier/a/y.hpp>\n"})
    assert both == ["`a` and `c` include each other"], both


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = pathlib.Path(sys.argv[1])
    sources = {str(path.relative_to(root)): path.read_text(encoding="utf-8")
               for folder in ("src", "topology", "python") for path in (root / folder).rglob("*") if path.suffix in SUFFIXES}
    if len(sources) < 300:
        sys.exit(f"only {len(sources)} sources were found below {root}")
    pages = [(root / "docs" / name).read_text(encoding="utf-8") for name in ("architecture.md", "rooms.md")]
    found = faults(allowed("\n".join(pages)), sources)
    if found:
        sys.exit("\n".join(found))
    print(f"{len(sources)} sources keep to the rooms")


if __name__ == "__main__":
    main()
