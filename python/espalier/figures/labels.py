"""Words around what is drawn: short enough for their place, none upon another. Needs nothing compiled: the benchmarks' report uses it too."""

from __future__ import annotations

import math
import os
import re
import textwrap
from typing import Any, Sequence

#: Points that a letter takes on average at the size of names (7 pt), in names and in prose, and a line of them.
LETTER, PROSE, LINE = 4.3, 3.8, 9.0


def spread(places: Sequence[float], least: float, low: float = -math.inf, high: float = math.inf) -> list[float]:
    """The places of labels, in order, moved as little as keeps them `least` apart, and from `low` to `high` where all fit there."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    blocks: list[list[float]] = []  # [sum of wanted first places, count]
    for k in order:
        blocks.append([float(places[k]), 1])
        while len(blocks) > 1:
            (sum_a, n_a), (sum_b, n_b) = blocks[-2], blocks[-1]
            if sum_b / n_b >= sum_a / n_a + least * n_a:
                break
            blocks[-2:] = [[sum_a + sum_b - n_b * least * n_a, n_a + n_b]]
    high -= least * (len(places) - 1)  # of the first label, were all of them one block
    result, before = [0.0] * len(places), 0
    for total, count in blocks:
        first = max(low, min(high, total / count - before * least))
        for at in range(before, before + int(count)):
            result[order[at]] = first + at * least
        before += int(count)
    return result


def short(names: Sequence[str], most: int) -> list[str]:
    """Names of at most so many letters, all different where they were: what all begin and end with is "…" first, then the middle of each."""
    names = list(names)
    if all(len(name) <= most for name in names):
        return names
    if len(set(names)) > 1:
        names = _without_common(names)
    cut = [_cut(name, most) for name in names]
    return [
        name if cut.count(name) == names.count(full) else _cut(full, most, f"…{k + 1}") for k, (name, full) in enumerate(zip(cut, names))
    ]


def _without_common(names: Sequence[str]) -> list[str]:
    """By whole words."""
    front = _words(os.path.commonprefix(names))
    back = _words(os.path.commonprefix([name[front:][::-1] for name in names]))
    return [
        ("…" if front > 1 else name[:front]) + name[front : len(name) - back] + ("…" if back > 1 else name[len(name) - back :])
        for name in names
    ]


def _words(common: str) -> int:
    """Letters up to the last that parts words."""
    parts = [found.end() for found in re.finditer(r"[-_ ,/]+", common)]
    return parts[-1] if parts else 0


def _cut(name: str, most: int, end: str | None = None) -> str:
    if len(name) <= most and end is None:
        return name
    if end is not None:
        return name[: max(most - len(end), 0)] + end
    back = max(most - 1, 0) // 2
    return name[: max(most - 1, 1) - back] + "…" + name[len(name) - back :]


def letters(width: float) -> int:
    """How many fit into so many inches; four at least."""
    return max(4, int(width * 72 / LETTER))


def wrapped(text: str, width: float) -> str:
    """In lines of at most so many inches."""
    return textwrap.fill(text, max(8, int(width * 72 / PROSE)), break_long_words=False)


def below(figure: Any, handles: Sequence[Any], names: Sequence[str], grow: bool = True) -> None:
    """A legend of all panels under them, in as many columns as fit; the figure grows by its height, or the panels shrink."""
    width, height = figure.get_size_inches()
    names = short(names, letters(width - 0.6))
    columns = next(columns for columns in range(len(names), 0, -1) if columns == 1 or _legend_width(names, columns) < width)
    room = (math.ceil(len(names) / columns) * (LINE + 1.5) + 6) / 72
    if grow:
        height += room
        figure.set_size_inches(width, height)
    figure.get_layout_engine().set(rect=(0, room / height, 1, 1 - room / height))
    figure.legend(handles, names, loc="lower left", ncol=columns, borderaxespad=0.2, handlelength=2.6)


def _legend_width(names: Sequence[str], columns: int) -> float:
    """Inches that a legend takes: its columns are filled one after the other."""
    rows = math.ceil(len(names) / columns)
    return sum(0.6 + max(map(len, names[k : k + rows])) * LETTER / 72 for k in range(0, len(names), rows))
