#!/usr/bin/python3
"""NetworkX's side of the comparison: questions about the graph of one layer; protocol as in worker.cpp.

usage: networkx_worker.py components|matching|betweenness width=784 density=0.005
"""
import graph_peer
import networkx


def graph_of(nodes, edges):
    graph = networkx.Graph()
    graph.add_nodes_from(range(nodes))
    graph.add_edges_from(edges)
    return graph


def components(graph, _):
    return [len(nodes) for nodes in networkx.connected_components(graph)]


def matching(graph, width):
    return networkx.bipartite.hopcroft_karp_matching(graph, range(width))


def betweenness(graph, _):
    return networkx.betweenness_centrality(graph)


graph_peer.serve({"components": components, "matching": matching, "betweenness": betweenness}, graph_of)
