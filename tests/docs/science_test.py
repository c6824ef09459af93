"""docs/science.md tells nothing of its own: every number of ours stands in a README that its row links, and every experiment is there.

usage: science_test.py PROJECT | --self-test
"""
import pathlib
import re
import sys

VERDICTS = {"repeated", "partly", "not", "open"}
HEADER = "| claim | source | ours | command | verdict | why |"
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+)\)")
# A density or width names a cell of a table; what is measured has decimals or a deviation behind it.
NUMBER = re.compile(r"(?<![\d.])(\d+\.\d+(?: ± \d+\.\d+)?|\d+ ± \d+)(?![\d.])")


def rows(text):
    """The cells of every row of the tables of findings."""
    inside = False
    for line in text.splitlines():
        if line == HEADER:
            inside = True
        elif not line.startswith("|"):
            inside = False
        elif inside and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def trouble(text, read):
    """What is wrong with a page; `read` gives the text of what it links."""
    found = []
    count = 0
    for cells in rows(text):
        count += 1
        if len(cells) != 6:
            found.append(f"{len(cells)} cells instead of 6: {cells[0]}")
            continue
        claim, _, ours, _, verdict, _ = cells
        if verdict not in VERDICTS:
            found.append(f"{claim}: no such verdict: {verdict}")
        linked = LINK.findall(ours)
        if not linked:
            found.append(f"{claim}: no README behind our number")
            continue
        known = "\n".join(read(target) for target in linked)
        for number in NUMBER.findall(LINK.sub("", ours)):
            if not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)", known):
                found.append(f"{claim}: {number} is not in {', '.join(linked)}")
    if count == 0:
        found.append("no table of findings")
    return found


def check(project):
    page = project / "docs" / "science.md"
    text = page.read_text(encoding="utf-8")
    found = trouble(text, lambda target: (page.parent / target).resolve().read_text(encoding="utf-8"))
    for readme in sorted((project / "experiments").glob("*/README.md")):
        if f"(../experiments/{readme.parent.name}/README.md)" not in text:
            found.append(f"experiments/{readme.parent.name}/README.md is not mentioned")
    return found


def self_test():
    def page(ours, verdict="repeated"):
        return f"{HEADER}\n| --- | --- | --- | --- | --- | --- |\n| c | s | {ours} | `x` | {verdict} | w |\n"

    name = "a" + ".md"  # of no page of the project
    link = f"[a]({name})"
    read = {name: "| 0.1 | 89.50 ± 0.16 | 3867 ± 1159 | 12.5 |\n"}.__getitem__
    assert not trouble(page(f"{link}, 0.1: 89.50 ± 0.16, at 3867 ± 1159 steps"), read)
    for wrong in (page(f"{link}: 89.50 ± 0.17"), page(f"{link}: 9.50"), page(f"{link}: 2.5"), page(f"{link}: 386 ± 1159"),
                  page("89.50"), page(f"{link}: 12.5", "yes"), page(f"{link} | 12.5"), "nothing"):
        assert trouble(wrong, read), wrong
    return []


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = self_test() if sys.argv[1] == "--self-test" else check(pathlib.Path(sys.argv[1]).resolve())
    if found:
        sys.exit("\n".join(found))


main()
