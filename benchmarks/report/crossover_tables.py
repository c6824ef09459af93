"""Crossover curves in words: where sparse kernels meet dense ones, and where `auto` loses."""
from markdown import significant, table

NAMES = {"sparse": "sparse kernels", "dense": "dense scratch + GEMM", "auto": "auto", "full": "dense layer (all weights)"}
SLOWER_THAN_BEST = 1.1  # the goal: auto is never slower by more than a tenth than the better way


def shapes(crossover):
    """(width, batch) of what was measured, large batches first."""
    return sorted({(point["width"], point["batch"]) for point in crossover["points"]}, key=lambda s: (-s[1], s[0]))


def of_shape(crossover, shape):
    """Its points by density."""
    return sorted((p for p in crossover["points"] if (p["width"], p["batch"]) == shape), key=lambda p: p["density"])


def title(shape):
    return "{0}x{0}, batch {1}".format(*shape)


def crossing(points, way, other):
    """The density where `way` stops being faster than `other`, of points by density: between two points by logarithms; None where it never does."""
    if points[0]["seconds"][way] > points[0]["seconds"][other]:
        return points[0]["density"]
    for before, after in zip(points, points[1:]):
        first = before["seconds"][way] / before["seconds"][other]
        second = after["seconds"][way] / after["seconds"][other]
        if second > 1 >= first:
            share = (1 - first) / (second - first)
            return before["density"] ** (1 - share) * after["density"] ** share
    return None


def crossings(crossover):
    """Where the sparse kernels meet dense scratch and a dense layer, and how far auto is off at worst."""
    rows = []
    for shape in shapes(crossover):
        points = of_shape(crossover, shape)
        found = [crossing(points, "sparse", other) for other in ("dense", "full")]
        worst = max(points, key=slowdown)
        rows.append([title(shape), *(significant(f, 2) if f else "nowhere" for f in found),
                     f"{significant(slowdown(worst))} at {worst['density']:g}"])
    return table(["layer", "dense scratch faster from", "dense layer faster from", "auto / best way, worst"], rows)


def slowdown(point):
    """How many times auto's time is that of the better of both ways."""
    return point["seconds"]["auto"] / min(point["seconds"]["sparse"], point["seconds"]["dense"])


def lost(crossover):
    return [f"- auto, {title((p['width'], p['batch']))}, density {p['density']:g}: "
            f"{significant(slowdown(p))} times the better way"
            for p in crossover["points"] if slowdown(p) > SLOWER_THAN_BEST]
