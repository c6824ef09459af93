"""Line charts as SVG, small and the same bytes for the same numbers: panels side by side, both axes logarithmic."""
import dataclasses
import math

PANEL_WIDTH, PANEL_HEIGHT = 250, 200
LEFT, TOP, GAP_X, GAP_Y = 60, 56, 60, 62
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#555555")  # apart for colour-blind eyes too
DASHES = ("", "7 4", "2 3", "9 3 2 3")


@dataclasses.dataclass
class Panel:
    """One chart: series name -> points (x, y), all positive."""

    title: str
    series: dict


def ticks(low, high):
    """1, 2, 5 times powers of ten within the range; powers alone where that is many."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
    every = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    inside = [tick for tick in every if low * 0.999 <= tick <= high * 1.001]
    return inside if len(inside) <= 8 else [tick for tick in inside if round(math.log10(tick), 6) % 1 == 0]


def escape(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Axis:
    """A logarithmic axis from the smallest to the largest value, drawn from `start` to `end`."""

    def __init__(self, values, start, end):
        self.low, self.high = min(values), max(values)
        if self.low == self.high:
            self.low, self.high = self.low / 2, self.high * 2
        self.start, self.end = start, end

    def __call__(self, value):
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)


def text(x, y, what, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(what)}</text>'


def grid(x, y, left, top):
    for tick in ticks(x.low, x.high):
        yield f'<path d="M{x(tick):.1f} {top}v{PANEL_HEIGHT}" class="g"/>'
        yield text(x(tick), top + PANEL_HEIGHT + 14, f"{tick:g}")
    for tick in ticks(y.low, y.high):
        yield f'<path d="M{left} {y(tick):.1f}h{PANEL_WIDTH}" class="g"/>'
        yield text(left - 5, y(tick) + 4, f"{tick:g}", "end")


def panel_lines(panel, names, left, top, x_label, y_label):
    points = [point for series in panel.series.values() for point in series]
    x = Axis([point[0] for point in points], left, left + PANEL_WIDTH)
    y = Axis([point[1] for point in points], top + PANEL_HEIGHT, top)
    yield text(left + PANEL_WIDTH / 2, top - 8, panel.title, more=' class="t"')
    yield from grid(x, y, left, top)
    yield f'<rect x="{left}" y="{top}" width="{PANEL_WIDTH}" height="{PANEL_HEIGHT}" class="f"/>'
    for name, series in panel.series.items():
        number = names.index(name)
        way = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in sorted(series))
        yield (f'<path d="M{way}" fill="none" stroke="{COLOURS[number]}" stroke-width="{3 if number == 2 else 1.8}"'
               f' stroke-dasharray="{DASHES[number]}"/>')
    yield text(left + PANEL_WIDTH / 2, top + PANEL_HEIGHT + 30, x_label)
    middle = top + PANEL_HEIGHT / 2
    yield text(left - 42, middle, y_label, more=f' transform="rotate(-90 {left - 42} {middle})"')


def legend(names):
    for number, name in enumerate(names):
        x = LEFT + 190 * number
        yield (f'<path d="M{x} 18h34" stroke="{COLOURS[number]}" stroke-width="2.5"'
               f' stroke-dasharray="{DASHES[number]}"/>')
        yield text(x + 40, 22, name, "start")


def chart(panels, columns, x_label, y_label):
    """The whole picture; panels fill rows of so many columns. At most four series, in all panels by the same names."""
    names = list(dict.fromkeys(name for panel in panels for name in panel.series))
    rows = -(-len(panels) // columns)
    width = LEFT + columns * (PANEL_WIDTH + GAP_X)
    height = TOP + rows * (PANEL_HEIGHT + GAP_Y)
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
             ' font-family="sans-serif" font-size="11">',
             "<style>.g{stroke:#ddd}.f{fill:none;stroke:#444}.t{font-weight:bold}</style>",
             f'<rect width="{width}" height="{height}" fill="white"/>', *legend(names)]
    for k, panel in enumerate(panels):
        left = LEFT + k % columns * (PANEL_WIDTH + GAP_X)
        top = TOP + k // columns * (PANEL_HEIGHT + GAP_Y)
        lines += panel_lines(panel, names, left, top, x_label, y_label)
    return "\n".join([*lines, "</svg>"]) + "\n"
