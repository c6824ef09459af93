#!/usr/bin/python3
"""Structure of random layers: espalier against NetworkX, SciPy and, where it is installed, igraph.

usage: structure_peer.py ESPALIER      exit status 77 where NetworkX or SciPy is not installed
"""
import json
import math
import pathlib
import subprocess
import sys
import tempfile

try:
    import networkx
    import numpy
    import scipy.optimize
    import scipy.sparse
    import scipy.special
    import scipy.stats
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)
try:
    import igraph
except ImportError:
    igraph = None

METRICS = ("degree,components,k_core,assortativity,clustering,local_clustering,butterflies,betweenness,matching,"
           "power_law")
SEED = 20


def measured(espalier, masks, *more):
    """What espalier says of layers given as arrays [outputs x inputs]."""
    with tempfile.TemporaryDirectory() as folder:
        for k, mask in enumerate(masks):
            scipy.sparse.save_npz(pathlib.Path(folder) / f"layer{k}.npz", scipy.sparse.csr_matrix(mask))
        command = [espalier, "metrics", folder, "--metric", METRICS, "--json", *more]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)[0]


def graph_of(masks):
    """Levels of neurons, inputs first."""
    graph = networkx.Graph()
    begin = 0
    graph.add_nodes_from(range(masks[0].shape[1]))
    for mask in masks:
        outputs, inputs = mask.shape
        graph.add_nodes_from(range(begin + inputs, begin + inputs + outputs))
        graph.add_edges_from((begin + int(i), begin + inputs + int(o)) for o, i in zip(*numpy.nonzero(mask)))
        begin += inputs
    return graph


def close(what, ours, theirs, tolerance=1e-10):
    assert ours is not None and math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=tolerance), (what, ours, theirs)


def check_degrees(layer, mask):
    for side, degrees in (("inputs", mask.sum(axis=0)), ("outputs", mask.sum(axis=1))):
        ours = layer["degree"][side]
        close("degree variance", ours["variance"], degrees.var())
        close("degree variation", ours["variation"], scipy.stats.variation(degrees))
        assert ours["histogram"] == numpy.bincount(degrees).tolist()
        close("degree entropy", ours["entropy"], scipy.stats.entropy(numpy.bincount(degrees)))


def check_components(layer, graph):
    sizes = sorted((len(nodes) for nodes in networkx.connected_components(graph)), reverse=True)
    ours = layer["components"]
    assert ours["sizes"] == [size for size in sizes if size > 1]
    assert ours["isolated"] == sizes.count(1)
    close("giant fraction", ours["giant_fraction"], sizes[0] / graph.number_of_nodes())


def check_cores(layer, graph):
    cores = list(networkx.core_number(graph).values())
    assert layer["k_core"]["histogram"] == numpy.bincount(cores).tolist()
    close("mean core", layer["k_core"]["mean"], numpy.mean(cores))


def check_assortativity(layer, mask):
    """From inputs to outputs, so that each edge counts once."""
    directed = networkx.DiGraph()
    directed.add_edges_from((int(i), mask.shape[1] + int(o)) for o, i in zip(*numpy.nonzero(mask)))
    theirs = networkx.degree_pearson_correlation_coefficient(directed, x="out", y="in")
    close("assortativity", layer["assortativity"], theirs)


def check_clustering(layer, mask, graph):
    close("clustering", layer["clustering"], networkx.bipartite.robins_alexander_clustering(graph))
    for side, nodes in (("inputs", range(mask.shape[1])), ("outputs", range(mask.shape[1], sum(mask.shape)))):
        second = [v for v in nodes if any(graph.degree[u] > 1 for u in graph[v])]
        theirs = networkx.bipartite.latapy_clustering(graph, nodes)
        close("local clustering", layer["local_clustering"][side], numpy.mean([theirs[v] for v in second]))
    shared = mask @ mask.T
    pairs = numpy.triu(shared * (shared - 1) // 2, 1).sum()
    assert layer["butterflies"] == pairs


def gini(values):
    return numpy.abs(numpy.subtract.outer(values, values)).mean() / (2 * numpy.mean(values))


def check_spread(ours, values):
    close("betweenness max", ours["max"], max(values))
    close("betweenness mean", ours["mean"], numpy.mean(values))
    close("betweenness gini", ours["gini"], gini(values), 1e-8)


def check_betweenness(layer, mask, graph):
    values = list(networkx.betweenness_centrality(graph).values())
    check_spread(layer["betweenness"]["inputs"], values[:mask.shape[1]])
    check_spread(layer["betweenness"]["outputs"], values[mask.shape[1]:])


def check_matching(layer, mask, graph):
    pairs = networkx.bipartite.hopcroft_karp_matching(graph, range(mask.shape[1]))
    assert layer["matching"]["size"] == len(pairs) // 2


def check_igraph(layer, mask, graph):
    if igraph is None:
        return
    inputs = mask.shape[1]
    theirs = igraph.Graph(n=graph.number_of_nodes(), edges=list(graph.edges))
    assert layer["k_core"]["histogram"] == numpy.bincount(theirs.coreness()).tolist()
    assert layer["components"]["sizes"] == sorted((size for size in theirs.connected_components().sizes() if size > 1),
                                                  reverse=True)
    pairs = (theirs.vcount() - 1) * (theirs.vcount() - 2) / 2
    check_spread(layer["betweenness"]["inputs"], [value / pairs for value in theirs.betweenness()[:inputs]])
    matching = theirs.maximum_bipartite_matching(types=[k >= inputs for k in range(theirs.vcount())])
    assert layer["matching"]["size"] == len(matching)


def best(loss, bounds):
    return scipy.optimize.minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-10})


def law_of(tail):
    """Exponent by maximum likelihood, and the KS distance over all integers."""
    d_min = tail.min()
    loss = lambda s: len(tail) * numpy.log(scipy.special.zeta(s, d_min)) + s * numpy.log(tail).sum()
    exponent = best(loss, (1.0001, 60)).x
    numbers = numpy.arange(d_min, tail.max() + 1)
    law = 1 - scipy.special.zeta(exponent, numbers + 1) / scipy.special.zeta(exponent, d_min)
    share = numpy.searchsorted(numpy.sort(tail), numbers, side="right") / len(tail)
    return exponent, numpy.abs(law - share).max()


def check_ratio(ours, tail, exponent, log_mass, log_above, high):
    """Vuong's ratio against a law with one parameter, cut off below the tail."""
    log_law = lambda x: log_mass(tail, x) - log_above(tail.min() - 1, x)
    parameter = best(lambda x: -log_law(x).sum(), (1e-3 * high, high)).x
    power = -exponent * numpy.log(tail) - numpy.log(scipy.special.zeta(exponent, tail.min()))
    difference = power - log_law(parameter)
    close("ratio", ours["ratio"], difference.sum(), 1e-4)
    close("z", ours["z"], difference.sum() / (difference.std() * math.sqrt(len(tail))), 1e-4)
    close("p", ours["p_value"], 2 * scipy.stats.norm.sf(abs(ours["z"])), 1e-8)


def check_power_law(layer, mask):
    for side, degrees, opposite in (("inputs", mask.sum(axis=0), mask.shape[0]),
                                    ("outputs", mask.sum(axis=1), mask.shape[1])):
        ours = layer["power_law"][side]
        tails = [degrees[degrees >= d] for d in numpy.unique(degrees[degrees > 0])[:-1]]
        laws = [(*law_of(tail), tail) for tail in tails if len(tail) >= 10]
        exponent, ks, tail = min(laws, key=lambda law: law[1])
        assert (ours["d_min"], ours["tail"]) == (tail.min(), len(tail)), (ours, tail.min(), len(tail))
        close("exponent", ours["exponent"], exponent, 1e-5)
        close("ks", ours["ks"], ks, 1e-5)
        check_ratio(ours["poisson"], tail, exponent, scipy.stats.poisson.logpmf, scipy.stats.poisson.logsf, tail.max())
        check_ratio(ours["binomial"], tail, exponent, lambda d, p: scipy.stats.binom.logpmf(d, opposite, p),
                    lambda d, p: scipy.stats.binom.logsf(d, opposite, p), tail.max() / opposite)


def check_layer(layer, mask):
    graph = graph_of([mask])
    check_degrees(layer, mask)
    check_components(layer, graph)
    check_cores(layer, graph)
    check_assortativity(layer, mask)
    check_clustering(layer, mask, graph)
    check_betweenness(layer, mask, graph)
    check_matching(layer, mask, graph)
    check_igraph(layer, mask, graph)
    check_power_law(layer, mask)


def main():
    espalier = sys.argv[1]
    generator = numpy.random.default_rng(SEED)
    print(f"seed {SEED}; igraph {'not ' if igraph is None else ''}compared")
    for widths, density in (((60, 50, 40), 0.05), ((80, 70, 60), 0.2), ((200, 150, 100), 0.02)):
        masks = [(generator.random((after, before)) < density).astype(int)
                 for before, after in zip(widths, widths[1:])]
        result = measured(espalier, masks)
        for layer, mask in zip(result["layers"], masks):
            check_layer(layer, mask)
        check_spread(result["network"]["betweenness"], list(networkx.betweenness_centrality(graph_of(masks)).values()))
        print(f"widths {widths}, density {density}: equal")


main()
