#!/usr/bin/python3
"""igraph's side of the comparison: questions about the graph of one layer; protocol as in worker.cpp.

usage: igraph_worker.py components|matching|betweenness width=784 density=0.005      igraph has one thread
"""
import graph_peer
import igraph


def graph_of(nodes, edges):
    return igraph.Graph(n=nodes, edges=edges)


def components(graph, _):
    return graph.connected_components().sizes()


def matching(graph, width):
    return graph.maximum_bipartite_matching(types=[k >= width for k in range(2 * width)])


def betweenness(graph, _):
    return graph.betweenness()


graph_peer.serve({"components": components, "matching": matching, "betweenness": betweenness}, graph_of)
