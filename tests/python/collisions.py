"""Words of a figure that lie upon each other, or reach beyond its edge."""
import itertools
import unittest.mock

TOUCH = 1.0  # points that boxes may overlap: they hold the room of letters that are not there


def _corners(text, renderer):
    """Of the text's box, turned as the text is."""
    from matplotlib.transforms import Affine2D

    angle = text.get_rotation()
    if angle % 90 == 0:
        return text.get_window_extent(renderer).padded(-TOUCH).corners()[[0, 1, 3, 2]]
    assert text.get_rotation_mode() == "anchor", f"'{text.get_text()}' is turned about its middle: its box is not known here"
    x, y = text.get_transform().transform(text.get_unitless_position())
    text.set_rotation(0)
    flat = text.get_window_extent(renderer).padded(-TOUCH).corners()[[0, 1, 3, 2]]
    text.set_rotation(angle)
    return Affine2D().rotate_deg_around(x, y, angle).transform(flat)


def _drawn(figure):
    """The words that are drawn: ticks beyond an axis' ends have labels that are not."""
    from matplotlib.text import Text

    seen, draw = {}, Text.draw

    def noticed(text, *arguments, **more):
        seen[id(text)] = text
        return draw(text, *arguments, **more)

    with unittest.mock.patch.object(Text, "draw", noticed):
        figure.canvas.draw()
    return [text for text in seen.values() if text.get_visible() and text.get_text().strip()]


def collisions(figure):
    """Pairs of words, and words beyond the edge, each as it is read."""
    from matplotlib.path import Path

    boxes = [(text.get_text(), _corners(text, figure.canvas.get_renderer())) for text in _drawn(figure)]
    assert boxes, "nothing is written at all"
    width, height = figure.get_size_inches() * figure.dpi
    outside = [(text, "the edge") for text, at in boxes if at.min() < 0 or at[:, 0].max() > width or at[:, 1].max() > height]
    upon = [(a, b) for (a, at), (b, beside) in itertools.combinations(boxes, 2) if Path(at).intersects_path(Path(beside), filled=True)]
    return outside + upon
