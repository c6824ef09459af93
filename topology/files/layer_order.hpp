#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace espalier::topology {

/// What can be known of a layer before it is read.
struct LayerOutline {
    std::string name;
    std::string type;                ///< of its elements, as the file writes it
    std::vector<std::size_t> shape;  ///< [out, in], [out, in, k] or [out, in, kh, kw]; empty where it has none
};

/// Positions in the file, in the order in which the network is taken to apply the layers.
struct LayerOrder {
    std::vector<std::size_t> positions;
    std::string remark;  ///< what the user should know of the choice; empty where there was none
};

/// Natural order of the names, unless the file's own order says more: where only in that the outputs of each layer are
/// the inputs of the next (chain.hpp), or where both orders do so and the file's is not merely one that sorts the
/// names, as many writers do (those of .safetensors within each type). Where neither chains, natural order; so too
/// where all names bear numbers ("000_fc1"), which is what such numbers are for.
/// Where the names decide, and the layers are those of two parts of which either could come first ("decoder",
/// "encoder"), the remark says so.
/// @param layers  in the order of the file
/// Cost: O(layers log layers).
LayerOrder choose_order(const std::vector<LayerOutline>& layers);

}  // namespace espalier::topology
