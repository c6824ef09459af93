"""Small pieces of Markdown: tables, numbers, and a part of a page that a program owns."""

BEGIN = "<!-- written by scripts/benchmark: edit above or below -->"
END = "<!-- end of what scripts/benchmark writes -->"


def table(header, rows):
    """Cells are printed as they are."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def significant(value, digits=3):
    """Three significant digits without an exponent: 0.0312, 1.98, 470."""
    if value == 0:
        return "0"
    text = f"{value:#.{digits}g}"
    if "e" in text:
        text = f"{float(text):.0f}" if abs(value) >= 1 else f"{value:.{digits + 6}f}".rstrip("0")
    return text.rstrip(".")


def milliseconds(seconds):
    return significant(1e3 * seconds)


def size(count):
    """Bytes in the unit that gives few digits: 48 KiB, 2 MiB, 24 GiB."""
    units = ["B", "KiB", "MiB", "GiB"]
    while count >= 1000 and len(units) > 1:
        count /= 1024
        units.pop(0)
    return f"{round(count) if count == round(count) else significant(count)} {units[0]}"


def replace_part(page, part):
    """The page with what is between the markers replaced; put at its end where it has none."""
    block = f"{BEGIN}\n\n{part.strip()}\n\n{END}\n"
    if BEGIN not in page:
        return page.rstrip("\n") + "\n\n" + block
    before, rest = page.split(BEGIN, 1)
    if END not in rest:
        raise ValueError(f"'{END}' is missing behind '{BEGIN}'")
    return before + block + rest.split(END, 1)[1].lstrip("\n")
