#pragma once

#include <optional>
#include <vector>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/kernels/images/axis_plan.hpp>
#include <espalier/kernels/images/convolution.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

/// The taps of a pattern: block after block of the channels that are read, in a block row after row of outputs.
template <class T>
struct Taps {
    std::size_t rows = 0;            ///< channels that are written
    std::size_t channels = 0;        ///< that are read
    std::size_t block_channels = 1;  ///< in a block; the last may have fewer
    AlignedVector<Tap<T>> taps;
    std::vector<TapRange> ranges;  ///< [blocks][rows]

    std::size_t blocks() const { return (channels + block_channels - 1) / block_channels; }
    const TapRange* of_block(std::size_t block) const { return ranges.data() + block * rows; }
    std::size_t begin(std::size_t block) const { return of_block(block)->begin; }
    std::size_t end(std::size_t block) const {
        const TapRange& last = of_block(block)[rows - 1];
        return last.begin + last.count;
    }
};

/// How a tile of channels lies in memory: [channels][rows.size][cols.size][unit]; or, where windows go over an image
/// one by one and its border is wide enough for them, how the image itself does.
struct TileLayout {
    AxisPlan rows, cols;
    std::size_t unit = lane_unit;  ///< lanes of a pixel
    std::size_t block_channels = 1;
    std::size_t row_elements = 0;      ///< numbers from one row to the next
    std::size_t channel_elements = 0;  ///< from one channel to the next
    /// Of an image that serves as it lies: how far behind the beginning of a lane block the first tile begins.
    std::optional<std::size_t> origin = std::nullopt;
    std::size_t ahead = 0;  ///< there, from what an output meets first to what is new to the output below

    /// Of memory for a tile.
    std::size_t elements() const { return origin ? 0 : block_channels * channel_elements; }
};

/// Of the forward product, or of the gradient at its weights: rows are the output channels.
/// @param weights  [out.channels x columns()]; without offsets it is full, its values row after row. Without values
///                 the taps have none.
/// @param first, count  rows of the weights: [first, first + count)
template <class T>
void forward_taps(const ConvolutionShape& shape, const TileLayout& layout, const SparseMatrix<T>& weights,
                  std::size_t first, std::size_t count, Taps<T>& taps);

/// Of the gradient at the inputs: rows are the input channels, taps those that the layout's axes use.
/// @param transposed  [columns() x out.channels] as MaskedWeight::transposed() gives it; without offsets it is full,
/// its
///                    values those of the weights, row after row
template <class T>
void gradient_taps(const ConvolutionShape& shape, const TileLayout& layout, const SparseMatrix<T>& transposed,
                   Taps<T>& taps);

}  // namespace espalier::kernels
