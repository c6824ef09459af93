#pragma once

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// How differently two layers spread their edges over neurons: the earth mover's distance between their degree
/// histograms, degrees divided by the largest possible one (outputs for an input, inputs for an output), of inputs and
/// of outputs, and the mean of both.
///
/// Both layers have as many neurons, so it is the mean difference of their sorted degrees. It does not see which neuron
/// has which degree, nor which neurons are connected: 0 after any renumbering, of inputs too, and between any two
/// layers of equal degrees.
///
/// @param a, b  patterns of one shape, [outputs x inputs]
/// @return      in [0, 1]: at least the difference of the densities; 1 between an empty and a full layer; 0 for a layer
///              without positions
/// @throws      FormatError where the shapes differ; the message names both
/// Cost: O(edges(a) + edges(b) + (inputs + outputs) log).
/// Source: ours; the earth mover's distance in one dimension is that of the quantile functions (Vallender, "Calculation
/// of the Wasserstein distance between probability distributions on the line", 1974).
double degree_distance(const Pattern& a, const Pattern& b);

}  // namespace espalier::topology
