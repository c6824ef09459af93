#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

enum class DenseContent {
    weights,  ///< float, absent ones 0
    mask,     ///< one byte, 1 where a weight is kept
};

/// The dense array of a layer, [out, in] or [out, in, kh, kw] in C order, row by row: memory of one row.
/// @param sink  takes the bytes
void write_dense_rows(const Layer& layer, DenseContent content,
                      const std::function<void(std::span<const std::byte>)>& sink);

/// Refuses what nobody means to write densely.
/// @param remedy  what to do instead, at the end of the message
/// @throws FormatError naming the layer where the dense arrays of all together would take more than 16 GiB
void require_moderate(const Topology& topology, const std::string& remedy);

}  // namespace espalier::topology
