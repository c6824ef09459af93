"""The random layer that graph libraries are asked about: as many edges as ours has, inputs first, then outputs."""
import numpy
import protocol


def edges_of(width, density):
    """Pairs (input, width + output)."""
    count = round(density * width * width)
    places = numpy.random.default_rng(1).choice(width * width, count, replace=False)
    return numpy.stack([places % width, width + places // width], axis=1).tolist()


def serve(kinds, graph_of):
    """Answers the driver: kinds[name](graph, width) is the work, graph_of(nodes, edges) builds the graph before."""
    kind, values = protocol.request(kinds)
    width, edges = values["width"], edges_of(values["width"], values["density"])
    graph = graph_of(2 * width, edges)
    protocol.serve(lambda: kind(graph, width), len(edges))
