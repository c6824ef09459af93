#pragma once

#include <string>
#include <vector>

#include <espalier/page/course.hpp>
#include <espalier/page/numbers.hpp>
#include <espalier/page/spectra.hpp>

namespace espalier::page {

/// Matchings that the column of distances may take, in units of matching_work(): some 5 s on one core.
inline constexpr double most_layer_matching_work = 1e8;

/// One row a layer of a chosen run, at the last moment: shape, edges, density, singular values with their bound, dead
/// neurons, and the layer's distance to that of the first run, or where there is one run to its own start.
/// @param chosen    places in Course::runs
/// @param spectra   [chosen][layer]
/// @param left_out  gets a line where distances would take too long
/// @return as tables.hpp has it
Json layers_table(const Course& course, const std::vector<std::size_t>& chosen, const Spectra& spectra,
                  std::vector<std::string>& left_out);

}  // namespace espalier::page
