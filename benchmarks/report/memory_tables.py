"""Tables of peak memory."""
from markdown import significant, size, table

DENSE_BYTES = 12  # value, gradient, momentum of every position


def over_kept(memory):
    rows = [[f"{point['kept']:,}".replace(",", " "), size(point["peak_bytes"])] for point in memory["over_kept"]["series"]]
    return table(["kept weights", "peak resident"], rows)


def over_dense_size(memory):
    rows = [[point["width"], size(DENSE_BYTES * point["positions"]), f"{point['kept']:,}".replace(",", " "),
             size(point["peak_bytes"])] for point in memory["over_dense_size"]["series"]]
    return table(["width", "dense weights, gradient and momentum would take", "kept weights", "peak resident"], rows)


def slope(memory):
    found = memory["over_kept"]["bytes_per_weight"]
    goal = memory["goal_bytes_per_weight"]
    verdict = "met" if round(found, 1) <= goal else "not met"
    return f"{found:.1f} bytes per kept weight (goal: at most {goal}, {verdict})"
