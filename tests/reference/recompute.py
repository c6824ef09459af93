#!/usr/bin/python3
"""Computes the values that came from the authors' programs once more, from the inputs beside this script, by NumPy and SciPy.

usage: recompute.py     Exit status 77: a library is not there.

Written from the definitions alone; nothing of the authors' programs or of this project's is used. README.md says how exact each
value is.
"""
import fractions
import json
import math
import pathlib
import sys

try:
    import numpy
    from scipy.optimize import linear_sum_assignment
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

HERE = pathlib.Path(__file__).resolve().parent
compared = 0


def read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def check(what, ours, theirs, absolute=0.0, relative=0.0):
    global compared
    compared += 1
    if isinstance(theirs, (int, float)):
        is_equal = ours is not None and abs(ours - theirs) <= absolute + relative * abs(theirs)
    else:
        is_equal = ours is None  # null, or what the program says where a value is not defined
    if not is_equal:
        sys.exit(f"{what}: {ours}, stored {theirs}")


def layers_of(name):
    with numpy.load(HERE / name) as file:
        return [file[f"layer{k}"] for k in range(len(file.files))]


# Layer densities


def densities(shapes, density, power, sides):
    sizes = [math.prod(shape) for shape in shapes]
    raw = [(sum(shape[:sides]) / math.prod(shape[:sides])) ** power for shape in shapes]
    dense = set()
    while True:
        sparse = [k for k in range(len(shapes)) if k not in dense]
        budget = sum(density * sizes[k] for k in sparse) - sum((1 - density) * sizes[k] for k in dense)
        epsilon = budget / sum(raw[k] * sizes[k] for k in sparse)
        largest = max(raw[k] for k in sparse)
        if epsilon * largest <= 1:
            return [1.0 if k in dense else epsilon * raw[k] for k in range(len(shapes))]
        dense |= {k for k in sparse if raw[k] == largest}


def check_erk():
    values = read("erk.json")
    for network, allocations in values["allocations"].items():
        shapes = [layer["shape"] for layer in values["shapes"][network]]
        for density, kinds in allocations.items():
            for kind, power, sides in (("ERK", 1.0, 4), ("ERK_power_0.5", 0.5, 4), ("ER", 1.0, 2)):
                for ours, theirs in zip(densities(shapes, float(density), power, sides), kinds[kind]["densities"]):
                    check(f"{network} {density} {kind}", ours, theirs, relative=1e-12)


# NNSTD


def matched(first, second):
    common = first.astype(int) @ second.astype(int).T
    either = first.sum(axis=1, dtype=int)[:, None] + second.sum(axis=1, dtype=int)[None, :] - common
    costs = numpy.divide(either - common, either, out=numpy.zeros(either.shape), where=either > 0)
    rows, partners = linear_sum_assignment(costs)
    return costs[rows, partners].sum(), partners


def check_nnstd():
    for name, pair in read("nnstd.json")["synthetic_pairs_with_unique_optimum"].items():
        first, second = (layers_of(f"nnstd/{name}_{which}.npz") for which in ("first", "second"))
        renamed = numpy.arange(first[0].shape[1])
        for k, (mask, other) in enumerate(zip(first, second)):
            check(f"{name} {k} alone", matched(mask, other)[0] / len(mask), pair["no_permutation_distance"][k], 1e-12)
            cost, renamed = matched(mask, other[:, renamed])
            check(f"{name} {k}", cost, pair["min_cost"][k], 1e-12)
            check(f"{name} {k}", cost / len(mask), pair["distance"][k], 1e-12)
            if renamed.tolist() != pair["assignments"][k]:
                sys.exit(f"{name} {k}: another assignment")


# Effective paths of perceptrons


def check_node_path():
    for name, entry in read("node_path.json")["cases"].items():
        masks = [mask.astype(object) for mask in layers_of(entry["file"])]
        if entry["kind"] == "conv":
            continue
        for kind, bias in (("no_bias", 0), ("with_bias", 1)):
            values = entry[kind]
            reached = [numpy.ones(masks[0].shape[1], dtype=object)]
            for mask in masks:
                reached.append(mask @ reached[-1] + bias)
            left = [numpy.ones(masks[-1].shape[0], dtype=object)]
            for mask in reversed(masks):
                left.insert(0, mask.T @ left[0])
            paths = int(reached[-1].sum())
            check(f"{name} {kind} paths", paths, int(values["effective_paths_exact_integer"]))
            check(f"{name} {kind} paths", float(paths), values["effective_paths"])
            check(f"{name} {kind} log", math.log(paths) if paths else None, values["log_effective_paths"], relative=1e-12)
            edges = [(mask != 0) & numpy.outer(left[k + 1] != 0, reached[k] != 0) for k, mask in enumerate(masks)]
            check(f"{name} {kind} parameters", int(sum(layer.sum() for layer in edges)), values["effective_params"])
            ends = [[int(layer.any(axis=0).sum()), int(layer.any(axis=1).sum())] for layer in edges]
            if ends != values["effective_in_out_per_layer"]:
                sys.exit(f"{name} {kind}: {ends}")
            for k, nodes in enumerate(values["on_path_nodes_per_layer"]):
                check(f"{name} {kind} nodes {k}", int(((reached[k] != 0) & (left[k] != 0)).sum()), nodes)


# Bipartite graphs: [inputs, outputs]


def graph_of(name):
    with numpy.load(HERE / name) as file:
        graph = numpy.zeros(file["shape"])
        graph[file["rows"], file["cols"]] = 1
        weights = None
        if "weight" in file.files:
            weights = numpy.zeros(file["shape"])
            weights[file["rows"], file["cols"]] = file["weight"]
    return graph, weights


def singular_values(graph):
    return numpy.linalg.svd(graph, compute_uv=False)


def scores(graph, dims):
    """None where a mean degree is below 3."""
    graph = graph[graph.any(axis=1)][:, graph.any(axis=0)]
    if graph.size == 0 or min(graph.sum() / len(graph), graph.sum() / graph.shape[1]) < 3:
        return None
    largest, second = singular_values(graph)[:2]
    lefts, rights = graph.shape
    degree, edges = graph.sum() / lefts, graph.sum()
    ours = {"t1_m": largest, "t2_m": second, "sm_ub": 2 * math.sqrt(largest - 1), "expansion_ratio": rights / lefts,
            "rm_ub": math.sqrt(degree - 1) + math.sqrt(edges / rights - 1)}
    ours["sm"], ours["rm"] = ours["sm_ub"] - second, ours["rm_ub"] - second
    for name, counted in (("randomness_factor", 2 * edges), ("once", edges)):
        spread = abs(counted - degree / dims[1] * lefts * rights)
        ours[name] = ((second**2 / 4 + 1) * math.sqrt(lefts * rights) - spread) / (dims[0] * dims[1])
    return ours


def iterative(graph, dims):
    degrees = graph.sum(axis=1)
    groups = [numpy.flatnonzero(degrees == degree) for degree in numpy.unique(degrees) if degree > 0]
    found = [scores(graph[group], dims) for group in groups if len(group) >= 3]
    found = [entry for entry in found if entry is not None]
    if not found:
        return None

    def mean(of):
        return sum(map(of, found)) / len(found)

    return {"mean_sm": mean(lambda s: s["sm"]), "mean_rm": mean(lambda s: s["rm"]),
            "mean_sm_norm": mean(lambda s: s["sm"] / s["sm_ub"]), "mean_rm_norm": mean(lambda s: s["rm"] / s["rm_ub"]),
            "num_subgraphs": len(found), "max_expansion_ratio": max(s["expansion_ratio"] for s in found),
            "mean_expansion_ratio": mean(lambda s: s["expansion_ratio"])}


def check_all(what, ours, theirs, absolute, relative):
    for name, value in (theirs or {}).items():
        check(f"{what} {name}", None if ours is None else ours[name], value, absolute, relative)
    if theirs is None and ours is not None:
        sys.exit(f"{what}: defined")


def check_ramanujan():
    for name, entry in read("ramanujan.json")["layers"].items():
        graph = graph_of(entry["file"])[0]
        ours = scores(graph, graph.shape)
        for values, absolute, relative in (("float64", 1e-12, 1e-9), ("original", 3e-4, 0)):
            check_all(f"{name} {values}", ours, entry[values], absolute, relative)
            check_all(f"{name} {values} iterative", iterative(graph, graph.shape), entry[f"{values}_iterative"], absolute,
                      relative)
            means = [graph.sum() / side for side in graph.shape]
            bound = sum(math.sqrt(mean - 1) for mean in means) if min(means) >= 1 else None
            check(f"{name} {values} bound", bound, entry[f"{values}_connectivity_bound"], absolute, relative)
        check(f"{name} once", None if ours is None else ours["once"],
              entry["float64_randomness_factor_counting_each_edge_once"], 1e-12, 1e-9)
    for name, entry in read("ramanujan.json")["spectra"].items():
        graph, weights = graph_of(f"ramanujan/{name}.npz")
        with numpy.load(HERE / f"ramanujan/spectrum_{name}.npz") as file:
            for kind in file.files:
                matrix = {"binary": graph, "weighted": weights, "weighted_abs": None if weights is None else abs(weights)}[kind]
                worst = abs(singular_values(matrix) - file[kind]).max()
                check(f"{name} {kind}", worst, 0, 1e-10 * file[kind][0])


# Two layers in a row: degrees of the neurons between them


def check_pair(name, first, second, pair):
    """Masks [outputs, channels, places]."""
    places = second.shape[2]
    entering = first.sum(axis=(1, 2))
    leaving = second.sum(axis=0)  # [channels, places]
    fed = entering > 0
    if second.any():
        inputs = int((first.reshape(len(first), -1).sum(axis=0) > 0).sum())
        outputs = int((second.sum(axis=(1, 2)) > 0).sum())
        balance = numpy.mean([leaving[c, x] / outputs / (entering[c] / inputs)
                              for c in numpy.flatnonzero(fed) for x in range(places)])
        feeding = numpy.mean(leaving[fed].mean(axis=1) > 0)
    else:
        balance = feeding = 0.0
    check(f"{name} copeland", balance, pair["copeland_definition"], 1e-12)
    check(f"{name} compatibility", feeding, pair["compatibility_definition"], 1e-12)


def overlap(mask):
    shares = []
    for channel in range(mask.shape[1]):
        sizes = mask[:, channel].sum(axis=0)
        if sizes.min() > 0:
            shares.append(fractions.Fraction(int(mask[:, channel].all(axis=1).sum()), int(sizes.min())))
    return float(sum(shares) / len(shares)) if shares else 0.0


def check_chains():
    for name, chain in read("ramanujan.json")["chains"].items():
        masks = [mask.reshape(mask.shape[0], mask.shape[1], -1).astype(int) for mask in layers_of(chain["file"])]
        for pair in chain["pairs"]:
            one, two = pair["layers"]
            check_pair(f"{name} {one}", masks[one], masks[two], pair)
        for entry in chain["overlap"]:
            check(f"{name} overlap", overlap(masks[entry["layer"]]), entry["original"], 1e-12)


# Crops and flips of images


def check_augmentation():
    mean = numpy.array([0.4914, 0.4822, 0.4465])[:, None, None]
    deviation = numpy.array([0.2023, 0.1994, 0.2010])[:, None, None]
    with numpy.load(HERE / "augmentation.npz") as file:
        for fill, mode in (("reflect", "reflect"), ("zeros", "constant")):
            for k, (row, column) in enumerate(file["offsets"]):
                padded = numpy.pad(file["images"][k], ((0, 0), (4, 4), (4, 4)), mode=mode)
                crop = padded[:, row:row + 10, column:column + 10]
                if file["flip"][k]:
                    crop = crop[:, :, ::-1]
                worst = abs((crop / 255 - mean) / deviation - file[fill][k]).max()
                check(f"augmentation {fill} {k}", worst, 0, 1e-6)


# What is pruned and exchanged


def pruned(weights, masks, kept):
    """The `kept` largest weights of all layers together."""
    sizes = numpy.concatenate([abs(weight[mask > 0]) for weight, mask in zip(weights, masks)])
    threshold = numpy.sort(sizes)[::-1][kept - 1]
    return [(mask > 0) & (abs(weight) >= threshold) for weight, mask in zip(weights, masks)]


def exchanged(weight, mask, gradient, count):
    """Without the `count` smallest weights, with the largest gradients of what is absent then; where too few have one, these."""
    kept = numpy.flatnonzero(mask)
    order = kept[numpy.argsort(abs(weight.ravel()[kept]), kind="stable")]
    after = mask.ravel() > 0
    after[order[:count]] = False
    absent = numpy.flatnonzero(~after)
    sizes = abs(gradient.ravel()[absent])
    best = absent[numpy.argsort(-sizes, kind="stable")][:count]
    after[best[abs(gradient.ravel()[best]) > 0]] = True
    return after.reshape(mask.shape)


def check_decisions():
    cases = read("decisions.json")["cases"]
    with numpy.load(HERE / "decisions.npz") as file:
        def part(case, name):
            start = f"{case}/{name}/"
            return {key[len(start):]: file[key] for key in file.files if key.startswith(start)}

        for case in ("granet_event3", "granet_uniform_event6", "itop_ties"):
            weights, masks, gradients = part(case, "before/weight"), part(case, "before/mask"), part(case, "gradient")
            theirs = part(case, "pruned/mask")
            if case == "granet_event3":
                ours = pruned(weights.values(), masks.values(), cases[case]["kept_asked"] - 1)
                for name, mask in zip(theirs, ours):
                    check(f"{case} pruned {name}", int((mask != theirs[name]).sum()), 0)
            for name, after in part(case, "after/mask").items():
                mask = theirs.get(name, masks[name])
                count = cases[case].get("removed", {}).get(name) or math.ceil(cases[case]["prune_rate"] * mask.sum())
                ours = exchanged(weights[name], mask, gradients[name], count)
                # Positions without a gradient that the program took are left out on both sides.
                differ = (ours != (after > 0)) & ((gradients[name] != 0) | (after.sum() == mask.sum()))
                check(f"{case} after {name}", int(differ.sum()), 0)


def main():
    for part in (check_erk, check_nnstd, check_node_path, check_ramanujan, check_chains, check_augmentation,
                 check_decisions):
        part()
    print(f"{compared} values are as they are stored")


main()
