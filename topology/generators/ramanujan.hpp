#pragma once

#include <cstddef>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier::topology {

/// sqrt(d_L - 1) + sqrt(d_R - 1) - sigma_2, mean degrees without dead neurons: a Ramanujan graph where >= 0. Meaningful
/// for mean degrees of at least 3, see ramanujan_gap_metric().
double ramanujan_gap(const Pattern& pattern);

/// Whether so many edges give mean degrees of at least 3 on both sides, below which no bound is defined.
bool has_ramanujan_bound(std::size_t rows, std::size_t cols, std::size_t edges);

/// The most graphs that ramanujan() draws.
inline constexpr std::size_t most_ramanujan_draws = 20;

/// The first of at most 20 biregular graphs with a gap of at least 0, else the one with the largest gap: exactly
/// `edges` edges, degrees as biregular() has them. Where a mean degree is below 3 the first draw is taken.
///
/// @throws ConfigError where there are more edges than positions
/// Cost: draws times (biregular() and sigma_2, see leading_singular_values). Source: definitions.md 2.16.
Pattern ramanujan(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream);

}  // namespace espalier::topology
