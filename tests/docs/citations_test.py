"""Citations of docs/definitions.md, such as "definitions.md 6.3" in a comment, and the sections they name.

usage: citations_test.py SOURCE_FOLDER
       citations_test.py --self-test

Wrong is, each told as file:line:
- a citation of a section that definitions.md does not have;
- a section that nothing cites, or whose number is there twice;
- a page (*.md) that is named and is no part of the repository;
- a number behind methods.md: that page has no numbered sections.

A citation may go over the end of a line of a comment, and may be a list or a range: "definitions.md 6.2, 6.6",
"definitions.md 5.2 to 5.6".
"""
import pathlib
import re
import subprocess
import sys
import tempfile

DEFINITIONS = "docs/definitions.md"
OUTSIDE = "methods" + ".md"  # in two parts: no citation itself
ITSELF = "tests/docs/citations_test.py"
NUMBER = r"\d+\.\d+"
# Between words: blanks, or the end of a comment's line and what the next begins with.
GAP = r"(?:[ \t]|\r?\n[ \t]*(?://[/!]?<?|#|\*)?[ \t]*)+"
CITED = re.compile(rf"definitions\.md{GAP}(?P<list>{NUMBER}(?:(?:,{GAP}|{GAP}and{GAP}|{GAP}to{GAP}){NUMBER})*)")
CHAPTER_ALONE = re.compile(rf"definitions\.md{GAP}\d+(?![\d.]*\.\d)\b")
JOINED = re.compile(rf"(?P<how>,|and|to)?(?:{GAP})?(?P<number>{NUMBER})")
HEADING = re.compile(r"^##+ (\d+\.\d+)(?= )", re.MULTILINE)
NUMBERED_METHODS = re.compile(rf"(?<![\w-])methods\.md,?{GAP}\d")
PAGE = re.compile(r"(?<![\w./:-])(?!https?://)[\w./-]*?([\w-]+\.md)\b")
TEXTS = {"", ".c", ".cmake", ".cpp", ".h", ".hpp", ".html", ".ipynb", ".json", ".md", ".py", ".sh", ".toml", ".txt"}


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def is_text(name):
    return pathlib.PurePath(name).suffix in TEXTS


def known_to_git(root):
    """Names of the files under version control and of new ones; none where that does not say."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in listed.split("\0") if name and (root / name).is_file()]


def source_files(root):
    """Those known to git; of a source archive, all that are not of builds."""
    names = known_to_git(root) if (root / ".git").exists() else []
    if names:
        return names
    folders = ["benchmarks", "cmake", "docs", "experiments", "notebooks", "scripts", "src", "tests", "topology"]
    found = [path for folder in folders for path in (root / folder).rglob("*")] + list(root.iterdir())
    return [str(path.relative_to(root)) for path in found if path.is_file()]


def in_order(number):
    chapter, section = number.split(".")
    return int(chapter), int(section)


def sections_named(listed, known):
    """The numbers of a citation; of a range those of definitions.md in between, too."""
    named, before = [], None
    for match in JOINED.finditer(listed):
        number = match["number"]
        if match["how"] == "to" and before:
            named += [other for other in known if in_order(before) < in_order(other) < in_order(number)]
        named.append(number)
        before = number
    return named


def check(root):
    """All that is wrong, one line each."""
    names = source_files(root)
    pages = {pathlib.PurePath(name).name for name in names if name.endswith(".md")}
    definitions = (root / DEFINITIONS).read_text(encoding="utf-8")
    wrong, line_of_section = [], {}
    for heading in HEADING.finditer(definitions):
        where = line_of(definitions, heading.start())
        if heading[1] in line_of_section:
            wrong.append(f"{DEFINITIONS}:{where}: section {heading[1]} is there twice")
        line_of_section.setdefault(heading[1], where)
    if not line_of_section:
        wrong.append(f"{DEFINITIONS}:1: has no sections \"## 1.1 ...\"")

    cited = set()
    for name in names:
        if not is_text(name) or name == ITSELF:
            continue
        try:
            text = (root / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for citation in CITED.finditer(text):
            for number in sections_named(citation["list"], line_of_section):
                if number not in line_of_section:
                    wrong.append(f"{name}:{line_of(text, citation.start())}: definitions.md has no section {number}")
                elif name != DEFINITIONS:
                    cited.add(number)
        for match in CHAPTER_ALONE.finditer(text):
            wrong.append(f"{name}:{line_of(text, match.start())}: a section is wanted, as in definitions.md 6.3")
        for match in NUMBERED_METHODS.finditer(text):
            wrong.append(f"{name}:{line_of(text, match.start())}: methods.md has no sections; definitions.md has")
        for match in PAGE.finditer(text):
            if match[1] not in pages:
                wrong.append(f"{name}:{line_of(text, match.start())}: there is no page {match[0]} in the repository")
    for number, where in line_of_section.items():
        if number not in cited:
            wrong.append(f"{DEFINITIONS}:{where}: section {number} is cited by nothing")
    return wrong, len(line_of_section)


def self_test():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for made in ("docs", "src"):
            (root / made).mkdir()
        (root / DEFINITIONS).write_text("# 1 A\n\n## 1.1 a\n\n## 1.2 b: see definitions.md 1.5\n\n## 1.3 c\n\n"
                                        "## 1.4 d\n\n## 1.5 e\n")
        (root / "docs" / "methods.md").write_text("See [definitions.md](definitions.md) 9.9 and docs/methods.md.\n")
        source = root / "src" / "a.hpp"

        source.write_text("/// Source: Some, 2020, section 7.7 (definitions.md\n    /// 1.1), definitions.md 1.2 to\n"
                          "    /// 1.4. 20 more\n// definitions.md 1.5, 3 examples: f = 0.4 (3.5 of it)\n")
        assert check(root) == ([], 5), check(root)

        source.write_text("//\n// definitions.md 1.1, 1.7; " + OUTSIDE + " 3.4\nauto x = \"" + OUTSIDE + ", 3.4\";  // other.md\n"
                          "// definitions.md 2; https://example.org/far.md\n")
        assert check(root)[0] == [
            "src/a.hpp:2: definitions.md has no section 1.7",
            "src/a.hpp:4: a section is wanted, as in definitions.md 6.3",
            "src/a.hpp:2: methods.md has no sections; definitions.md has",
            "src/a.hpp:3: methods.md has no sections; definitions.md has",
            "src/a.hpp:3: there is no page other.md in the repository",
            "docs/definitions.md:5: section 1.2 is cited by nothing",
            "docs/definitions.md:7: section 1.3 is cited by nothing",
            "docs/definitions.md:9: section 1.4 is cited by nothing",
            "docs/definitions.md:11: section 1.5 is cited by nothing",
        ], check(root)[0]
    print("finds what is wrong")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--self-test":
        return self_test()
    wrong, sections = check(pathlib.Path(sys.argv[1]).resolve())
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{sections} sections, all of them cited, no citation without one")
    return None


main()
