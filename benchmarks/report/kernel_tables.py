"""Tables from Google Benchmark's JSON: goal points beside their bounds, the sweep, elementwise kernels."""
import re

import bounds
from markdown import significant, table

PRODUCTS = {"sparse_product/forward": "forward", "sparse_product/input_gradient": "input gradient",
            "sampled_product": "weight gradient", "fused_gradients": "both gradients"}
LAYER = re.compile(r"^(?P<kernel>.+)/(?P<rows>\d+)x(?P<cols>\d+)/density:(?P<density>[\d.]+)/batch:(?P<batch>\d+)"
                   r"/threads:(?P<threads>\d+)")
# Useful GFLOP/s wanted on one core: forward and input gradient, weight gradient.
GOALS = {(1024, 0.05, 128): (70, 62), (4096, 0.05, 128): (62, 60), (16384, 0.005, 128): (42, 40),
         (1024, 0.05, 32): (60, 60)}


def measured(kernels):
    """name without suffixes -> its benchmark, medians where there were repetitions."""
    found = {}
    for entry in kernels["benchmarks"]:
        if entry.get("run_type") == "aggregate" and entry.get("aggregate_name") != "median":
            continue
        found[entry["run_name"].removesuffix("/real_time")] = entry
    return found


def seconds(entry):
    return entry["real_time"] * {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[entry["time_unit"]]


def layers(kernels):
    """(kernel, width, density, batch, threads) -> benchmark of all square layers."""
    found = {}
    for name, entry in measured(kernels).items():
        match = LAYER.match(name)
        if match:
            key = (match["kernel"], int(match["rows"]), float(match["density"]), int(match["batch"]), int(match["threads"]))
            found[key] = entry
    return found


def goal_of(kernel, point):
    """GFLOP/s wanted of this kernel; both gradients at once must take no longer than one after the other."""
    if point not in GOALS:
        return None
    product, sampled = GOALS[point]
    return {"sampled_product": sampled, "fused_gradients": round(2 / (1 / product + 1 / sampled))}.get(kernel, product)


def goal_rows(points, roofline):
    for point in [*GOALS, (1024, 0.05, 1)]:
        for kernel in PRODUCTS:
            if (kernel, *point, 1) in points:
                yield goal_row(kernel, point, points, roofline)


def goal_row(kernel, point, points, roofline):
    width, density, batch = point
    one, two = points[(kernel, *point, 1)], points.get((kernel, *point, 2))
    operations = 4 if kernel == "fused_gradients" else 2
    edges = round(density * width * width)
    bound = bounds.applying(bounds.bounds(roofline, width, edges, batch, operations), seconds(one))
    gflops, goal = one["FLOP/s"] / 1e9, goal_of(kernel, point)
    return [f"{width}x{width} at {density:g}, batch {batch}", PRODUCTS[kernel], significant(gflops),
            f"{goal}{' (met)' if gflops >= goal else ''}" if goal else "-", bound.name,
            significant(operations * edges * batch / bound.seconds / 1e9), f"{100 * bound.seconds / seconds(one):.0f} %",
            significant(seconds(one) / seconds(two)) if two else "-"]


def goals(kernels, roofline):
    header = ["layer", "product", "GFLOP/s", "goal", "bound", "its GFLOP/s", "share reached", "two cores over one"]
    return table(header, goal_rows(layers(kernels), roofline))


def batches(kernels):
    """Batch sizes of the sweep, the largest first."""
    return sorted({key[3] for key in layers(kernels) if key[0] in PRODUCTS}, reverse=True)


def sweep(kernels, batch):
    """GFLOP/s of the four products over density and width."""
    points = layers(kernels)
    densities = sorted({key[2] for key in points if key[0] in PRODUCTS and key[3] == batch and key[4] == 1})
    widths = sorted({key[1] for key in points if key[0] in PRODUCTS and key[3] == batch and key[4] == 1})

    def cell(width, density):
        entries = [points.get((kernel, width, density, batch, 1)) for kernel in PRODUCTS]
        return " / ".join(significant(entry["FLOP/s"] / 1e9) if entry else "-" for entry in entries) if any(entries) else "-"

    return table(["density", *(f"{width}x{width}" for width in widths)],
                 [[f"{density:g}", *(cell(width, density) for width in widths)] for density in densities])


def others(kernels):
    """Everything that is no sparse product, at every size; GFLOP/s and GB/s are those of one thread."""
    found = {}
    for name, entry in measured(kernels).items():
        if not name.startswith((*PRODUCTS, "topology/")):
            kernel, _, threads = name.rpartition("/threads:")
            found.setdefault(kernel.replace("/density:1/", "/").replace(":", " "), {})[int(threads)] = entry
    return table(["kernel", "microseconds", "on two threads", "GFLOP/s", "GB/s"],
                 [other_row(kernel, entries) for kernel, entries in found.items()])


def other_row(kernel, entries):
    one, two = entries[1], entries.get(2)
    flops = one.get("FLOP/s", 0)
    return [kernel, significant(1e6 * seconds(one)), significant(1e6 * seconds(two)) if two else "-",
            significant(flops / 1e9) if flops else "-", significant(one["bytes/s"] / 1e9)]
