#pragma once

#include <optional>

#include "work.hpp"

namespace espalier::benchmarks {

/// Graph questions about one random layer (width, density), from its pattern to the answer:
/// - components: sizes of the connected components
/// - matching: a maximum matching of inputs and outputs
/// - betweenness: of every neuron, exact
/// @return  none for another kind
std::optional<Work> make_structure_work(const std::string& kind, const Request& request);

}  // namespace espalier::benchmarks
