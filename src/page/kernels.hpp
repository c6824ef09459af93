#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <espalier/page/course.hpp>
#include <espalier/page/numbers.hpp>

namespace espalier::page {

/// Cells of a kernel map along either side, at most; and of all maps of a page together.
inline constexpr std::size_t most_kernel_side = 64;
inline constexpr std::size_t most_kernel_cells = 100'000;
/// Cells along a side where there are too many maps for more.
inline constexpr std::size_t least_kernel_side = 8;

/// A convolution as [outputs x inputs] channels, a kernel each. Where there are more than the map has cells, one cell
/// stands for a block of neighbouring kernels.
struct KernelMap {
    std::string name;
    std::size_t outputs = 0;
    std::size_t inputs = 0;        ///< channels that an output can see; of groups those of its own
    std::size_t places = 1;        ///< weights of a kernel
    std::size_t output_block = 1;  ///< output channels a cell stands for; the last cells may have fewer
    std::size_t input_block = 1;
    /// Row by row. Of single kernels the kept weights; of blocks the kept share of their weights in percent, at least
    /// 1 where any is kept.
    std::vector<std::uint32_t> cells;

    std::size_t empty = 0;         ///< kernels without a weight
    std::size_t full = 0;          ///< kernels with all
    std::size_t dead_outputs = 0;  ///< output channels without a weight
    std::size_t dead_inputs = 0;   ///< input channels that no kernel reads
    double mean_kept = 0.0;        ///< weights of a kernel

    std::size_t kernels() const { return outputs * inputs; }
    bool is_binned() const { return output_block > 1 || input_block > 1; }
};

/// @pre the layer is a convolution
/// @param most_side  cells along either side
KernelMap kernel_map(const topology::Layer& layer, std::size_t most_side);

/// What is seen of it: kernels that are empty and full, channels that are dead.
std::string kernels_sentence(const KernelMap& map);

/// All convolutions of the chosen runs at the last moment; null where the network has none.
/// @param chosen  places in Course::runs
/// @param left_out  gets a line where cells stand for blocks of kernels
/// @return {"runs", "layers", "maps": [run][layer]{"outputs", "inputs", "places", "output_block", "input_block",
///         "cells", "seen"}}
Json kernels_json(const Course& course, const std::vector<std::size_t>& chosen, std::vector<std::string>& left_out);

}  // namespace espalier::page
