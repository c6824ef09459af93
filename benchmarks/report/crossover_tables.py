"""Crossover curves as a picture, and in words where `auto` or sparseness loses."""
import svg
from markdown import significant, table

NAMES = {"sparse": "sparse kernels", "dense": "dense scratch + GEMM", "auto": "auto", "full": "dense layer (all weights)"}
SLOWER_THAN_BEST = 1.1  # the goal: auto is never slower by more than a tenth than the better way


def panels(crossover):
    """One panel for each batch and width, times in milliseconds."""
    points = crossover["points"]
    shapes = sorted({(point["batch"], point["width"]) for point in points}, key=lambda s: (-s[0], s[1]))
    for batch, width in shapes:
        chosen = [point for point in points if (point["batch"], point["width"]) == (batch, width)]
        yield svg.Panel(f"{width}x{width}, batch {batch}",
                        {label: [(point["density"], 1e3 * point["seconds"][way]) for point in chosen]
                         for way, label in NAMES.items()})


def picture(crossover):
    widths = {point["width"] for point in crossover["points"]}
    return svg.chart(list(panels(crossover)), len(widths), "density", "milliseconds")


def crossing(points, way, other):
    """The density where `way` stops being faster than `other`: between two points by logarithms; None where it never does."""
    ordered = sorted(points, key=lambda point: point["density"])
    if ordered[0]["seconds"][way] > ordered[0]["seconds"][other]:
        return ordered[0]["density"]
    for before, after in zip(ordered, ordered[1:]):
        first = before["seconds"][way] / before["seconds"][other]
        second = after["seconds"][way] / after["seconds"][other]
        if second > 1 >= first:
            share = (1 - first) / (second - first)
            return before["density"] ** (1 - share) * after["density"] ** share
    return None


def crossings(crossover):
    """Where the sparse kernels meet dense scratch and a dense layer, and how far auto is off at worst."""
    rows = []
    for panel in panels(crossover):
        width, batch = (int(word) for word in panel.title.replace(", batch", "").replace("x", " ").split()[1:])
        points = [p for p in crossover["points"] if (p["width"], p["batch"]) == (width, batch)]
        found = [crossing(points, "sparse", other) for other in ("dense", "full")]
        worst = max(points, key=slowdown)
        rows.append([panel.title, *(significant(f, 2) if f else "nowhere" for f in found),
                     f"{significant(slowdown(worst))} at {worst['density']:g}"])
    return table(["layer", "dense scratch faster from", "dense layer faster from", "auto / best way, worst"], rows)


def slowdown(point):
    """How many times auto's time is that of the better of both ways."""
    return point["seconds"]["auto"] / min(point["seconds"]["sparse"], point["seconds"]["dense"])


def lost(crossover):
    return [f"- auto, {p['width']}x{p['width']}, batch {p['batch']}, density {p['density']:g}: "
            f"{significant(slowdown(p))} times the better way"
            for p in crossover["points"] if slowdown(p) > SLOWER_THAN_BEST]
