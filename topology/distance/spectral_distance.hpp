#pragma once

#include <espalier/base/patterns/pattern.hpp>

namespace espalier::topology {

/// Spectral distance of two layers: the Euclidean distance of their singular values, descending, over the norm of the
/// first's. Patterns alone count, as matrices of 0 and 1.
///
/// Blind to any renumbering of inputs and outputs, like `degree`, but it sees how edges are put together. Not symmetric
/// where the layers have different numbers of edges: the norm of the singular values is the root of that number.
///
/// @param a, b  patterns of one shape, [outputs x inputs]
/// @return      0 for equal spectra; 1 where one of the layers has no edges, 0 where both have none; above 1 only where
///              b has more edges than a
/// @throws      FormatError where the shapes differ; ConfigError for layers too large for a full spectrum
/// Cost: that of two singular_values().
/// Source: ours.
double spectral_distance(const Pattern& a, const Pattern& b);

}  // namespace espalier::topology
