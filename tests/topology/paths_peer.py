"""Paths, flows and reachability against NetworkX, on networks that this script draws.

    python3 paths_peer.py ESPALIER
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import networkx as nx
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

METRICS = "effective,neurons,path_centrality,max_flow,reachability"
# widths, density, kernel places of the convolutions in front (0: none)
CASES = [([12, 9, 8, 5], 0.2, 0), ([30, 20, 20, 20, 10], 0.1, 0), ([40, 40, 40], 0.05, 0), ([6, 8, 7, 4], 0.15, 2),
         ([60, 50, 50, 50, 40], 0.08, 0), ([5, 5, 5], 0.0, 0), ([64, 48, 32, 10], 0.3, 0)]


def draw(random, widths, density, convolutions):
    layers = []
    for k, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        shape = (outputs, inputs, 2, 2) if k < convolutions else (outputs, inputs)
        layers.append((random.random(shape) < density).astype(np.uint8))
    return layers


def graph_of(layers):
    """Neurons (level, number); the capacity of an edge is how many weights join the two."""
    graph = nx.DiGraph()
    for k, layer in enumerate(layers):
        weights = layer.sum(axis=(2, 3)) if layer.ndim == 4 else layer
        graph.add_nodes_from((k, j) for j in range(weights.shape[1]))
        graph.add_nodes_from((k + 1, j) for j in range(weights.shape[0]))
        graph.add_edges_from(((k, i), (k + 1, o), {"capacity": int(weights[o, i])})
                             for o, i in zip(*np.nonzero(weights)))
    graph.add_edges_from(("in", (0, j)) for j in range(layers[0].shape[1]))
    graph.add_edges_from(((len(layers), j), "out") for j in range(layers[-1].shape[0]))
    return graph


def disjoint_paths(graph):
    try:
        return len(list(nx.node_disjoint_paths(graph, "in", "out")))
    except nx.NetworkXNoPath:
        return 0


def path_sums(graph, start, step):
    """Paths from `start` to every node, in Python's whole numbers; step(node) are the edges that lead to it."""
    sums = {start: 1}
    order = list(nx.topological_sort(graph))
    for node in order if start == "in" else reversed(order):
        if node != start:
            sums[node] = sum(sums[other] * data.get("capacity", 1) for other, data in step(node))
    return sums


def expected_of(layers):
    graph = graph_of(layers)
    here = path_sums(graph, "in", lambda node: [(a, d) for a, _, d in graph.in_edges(node, data=True)])
    onwards = path_sums(graph, "out", lambda node: [(b, d) for _, b, d in graph.out_edges(node, data=True)])
    reached = nx.descendants(graph, "in")
    reaching = nx.ancestors(graph, "out")
    fields = [nx.ancestors(graph, (len(layers), o)) for o in range(layers[-1].shape[0])]
    receptive = [sum(1 for node in field if node != "in" and node[0] == 0) for field in fields]
    paths = here["out"]
    return {
        "paths": paths,
        "shares": [[here[k, j] * onwards[k, j] / paths for j in range(sum(1 for n in graph if n[0] == k))]
                   for k in range(len(layers) + 1)] if paths else None,
        "max_flow": nx.maximum_flow_value(graph, "in", "out"),
        "disjoint": disjoint_paths(graph),
        "effective": len(reached & reaching),
        "receptive": (np.mean(receptive), min(receptive), max(receptive)),
    }


def check(found, expected):
    network = found["network"]
    assert network["effective"]["paths"] == expected["paths"], (network["effective"], expected["paths"])
    assert network["effective"]["nodes"] == expected["effective"]
    assert network["neurons"]["neurons"] - network["neurons"]["ineffective"] == expected["effective"]
    assert network["max_flow"]["max_flow"] == expected["max_flow"], (network["max_flow"], expected["max_flow"])
    assert sum(layer["max_flow"]["min_cut_edges"] for layer in found["layers"]) == expected["max_flow"]
    assert network["max_flow"]["vertex_disjoint_paths"] == expected["disjoint"]
    receptive = network["reachability"]
    assert np.allclose([receptive["mean"], receptive["min"], receptive["max"]], expected["receptive"], rtol=1e-12)
    for k, layer in enumerate(found["layers"]):
        if expected["shares"] is None:
            assert layer["path_centrality"] is None
            continue
        for side, shares in (("inputs", expected["shares"][k]), ("outputs", expected["shares"][k + 1])):
            summary = layer["path_centrality"][side]
            entropy = -sum(share * np.log(share) for share in shares if share > 0)
            assert np.isclose(summary["max"], max(shares), rtol=1e-12)
            assert np.isclose(shares[int(summary["top"])], max(shares), rtol=1e-12)
            assert np.isclose(summary["entropy"], entropy, rtol=1e-11, atol=1e-12)


def main():
    espalier = sys.argv[1]
    seed = int(os.environ.get("ESPALIER_TEST_SEED", "1"))
    random = np.random.default_rng(seed)
    print("seed", seed)
    with tempfile.TemporaryDirectory() as folder:
        files, networks = [], []
        for number, (widths, density, convolutions) in enumerate(CASES * 3):
            layers = draw(random, widths, density, convolutions)
            files.append(str(pathlib.Path(folder) / f"net{number}.npz"))
            networks.append(layers)
            np.savez(files[-1], **{f"layer{k}": layer for k, layer in enumerate(layers)})
        command = [espalier, "metrics", *files, "--metric", METRICS, "--json"]
        all_found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for name, found, layers in zip(files, all_found, networks):
            print(name, [layer.shape for layer in layers])
            check(found, expected_of(layers))


if __name__ == "__main__":
    main()
