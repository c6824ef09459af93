#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A layer's edges in any order, on their way from a file into a Pattern.
struct EdgeList {
    std::string where;  ///< what errors call it
    std::size_t outputs = 0;
    std::size_t inputs = 0;
    std::vector<std::uint32_t> output;  ///< [edges]
    std::vector<std::uint32_t> input;   ///< [edges]
    std::vector<float> values;          ///< [edges] or empty
};

/// A shape costs memory for every row and column, and a tiny file can claim any: sides beyond 4 Mi must be backed by
/// edges.
/// @throws FormatError naming `where`
void require_plausible_shape(std::size_t rows, std::size_t cols, std::size_t edges, const std::string& where);

/// Sorts the edges and makes the layer of them: rows = outputs.
/// @param drop_last_input  the last input goes, with its edges
/// @throws FormatError naming the edge that is there twice; where there is no input to drop
/// Cost: O(edges + inputs + outputs).
Layer layer_from_edges(EdgeList edges, const std::string& name, bool drop_last_input);

}  // namespace espalier::topology
