#pragma once

#include <span>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::topology {

/// A layer of exactly `edges` edges cut out of a lifted complete bipartite graph, whose new eigenvalues are small.
///
/// With 2^-t the power of two next above the density: the complete graph of ceil(outputs / 2^t) and ceil(inputs / 2^t)
/// neurons is doubled t times. A 2-lift takes two copies and makes of every edge a parallel or a crossed pair; what it
/// adds to the spectrum is that of the matrix of signs (parallel 1, crossed -1), so of 32 random signings the one with
/// the smallest largest singular value is taken. The lifted graph is cut down to shape, and edges beyond the count are
/// taken away at random, first between neurons that both have more than their share.
///
/// Where sides and 1 / density are powers of two nothing is cut, and all degrees are equal; else degrees differ by
/// little, and the graph may fall short of the bound: ramanujan_gap() tells. Where a mean degree is below 3 the
/// bound is not defined and a biregular graph is drawn.
///
/// Signings are weighed side by side; the result is the same for any number of threads.
/// @throws ConfigError where there are more edges than positions
/// Cost: 64 spectral norms of half the edges; a few seconds for a million edges.
/// Source: Bilu and Linial, Combinatorica 2006; Marcus, Spielman and Srivastava, Annals of Mathematics 2015;
/// definitions.md 2.17. We differ: the start need not be square, as layers are not.
Pattern ramanujan_lift(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream);

/// A 2-lift, [2 outputs x 2 inputs]: edge e becomes parallel where signs[e] > 0, else crossed.
/// @param signs  one per edge, in the pattern's order
Pattern two_lift(const Pattern& pattern, std::span<const double> signs);

}  // namespace espalier::topology
