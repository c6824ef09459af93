#pragma once

#include <algorithm>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/images/pack.hpp>
#include <espalier/kernels/images/taps.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

/// @throws FormatError where activations are not those of the shape's images in lane blocks
template <class T>
void require_images(const ConvolutionShape& shape, View<const T> in, View<const T> out);

/// How tiles of the input are laid out for the forward product and the gradient at its weights.
/// @param density  of the weights
template <class T>
TileLayout forward_layout(const ConvolutionShape& shape, double density, View<const T> in);

/// Of the gradient, for the gradient at those inputs that lie (row, col) behind a multiple of the strides; nothing to
/// compute where its rows or columns have no outputs.
template <class T>
TileLayout gradient_layout(const ConvolutionShape& shape, double density, View<const T> grad_out, std::size_t row,
                           std::size_t col);

/// The outputs of a tile of so many channels that begins at this row of outputs.
template <class T>
TileShape<T> tile_shape(const TileLayout& layout, const Image& out, std::size_t channels, std::size_t first_row) {
    const std::size_t row = out.row() * lane_unit;
    return {.height = std::min(layout.rows.tile, layout.rows.count - first_row),
            .width = layout.cols.count,
            .lane_blocks = layout.unit / lane_unit,
            .packed_row = layout.row_elements,
            .channels = layout.origin ? channels : 0,
            .packed_channel = layout.channel_elements,
            .ahead = layout.ahead,
            .out_channel = out.channel() * lane_unit,
            .out_row = layout.rows.step * row,
            .out_step = layout.cols.step * lane_unit,
            .out_block = out.room() * lane_unit};
}

/// Where the outputs of a tile begin.
template <class T>
T* tile_begin(const TileLayout& layout, const Image& image, View<T> out, std::size_t first_block,
              std::size_t first_row) {
    const std::size_t row = layout.rows.first + first_row * layout.rows.step;
    return out.data + (first_block * image.room() + image.place(0, row, layout.cols.first)) * lane_unit;
}

/// The tile of `channels` channels from `first` on, for outputs from first_row on: laid out in the thread's own memory,
/// or where it lies in the image.
template <class T>
const T* tile_of(const TileLayout& layout, const Image& image, View<const T> in, std::size_t first_block,
                 std::size_t first, std::size_t channels, std::size_t first_row) {
    if (layout.origin) {
        return in.data + first_block * image.room() * lane_unit + *layout.origin + first * layout.channel_elements +
               first_row * layout.row_elements;
    }
    thread_local AlignedVector<T> memory;
    if (memory.size() < layout.elements()) memory.resize(layout.elements());
    pack_tile(layout, image, in, first_block, first, channels, first_row, memory.data());
    return memory.data();
}

/// body(k) for the items, dealt to threads where the work is worth it.
template <class Body>
void for_items(std::size_t items, std::size_t multiply_adds, const Body& body) {
    if (multiply_adds < multiply_adds_worth_threads) {
        for (std::size_t k = 0; k < items; ++k) body(k);
    } else {
        parallel_for(items, body);
    }
}

/// Goes over all tiles and calls body(block of channels, shape, tile, first output, its row) for each of its blocks, in
/// order.
/// @param edges  of the weights, for the work
template <class T, class Body>
void for_tiles_of_outputs(const TileLayout& layout, const Image& read, View<const T> in, const Image& written,
                          View<T> out, std::size_t edges, const Body& body) {
    const std::size_t lane_blocks = layout.unit / lane_unit;
    const std::size_t tiles = layout.rows.tiles();
    const std::size_t work = edges * layout.rows.count * layout.cols.count * in.blocks() * lane_unit;
    for_items(in.blocks() / lane_blocks * tiles, work, [&](std::size_t item) {
        const std::size_t first_block = item / tiles * lane_blocks;
        const std::size_t first_row = item % tiles * layout.rows.tile;
        T* const to = tile_begin(layout, written, out, first_block, first_row);
        for (std::size_t first = 0; first < read.channels; first += layout.block_channels) {
            const std::size_t count = std::min(layout.block_channels, read.channels - first);
            body(first / layout.block_channels, tile_shape<T>(layout, written, count, first_row),
                 tile_of<T>(layout, read, in, first_block, first, count, first_row), to, first_row);
        }
    });
}

/// Into how many parts the lanes of a weight gradient are cut: several where there are few blocks of channels to deal
/// to threads, as many on any machine, so that sums have one order.
template <class T>
std::size_t lane_parts(const TileLayout& layout, const ConvolutionShape& shape, View<const T> in) {
    const std::size_t groups = in.blocks() / (layout.unit / lane_unit);
    return shape.in.channels > 3 * layout.block_channels ? 1 : std::min<std::size_t>(groups, 4);
}

/// Sums over all tiles of a weight gradient: body(block of channels, tile shape, tile, gradient at its outputs, sums,
/// first row of outputs) adds those of a tile to `sums`, of which there are `sums_of(block)` numbers a block.
/// `finish(block, part, sums)` is called once for each block and each of lane_parts().
template <class T, class SumsOf, class Body, class Finish>
void sum_over_tiles(const TileLayout& layout, const ConvolutionShape& shape, View<const T> grad_out, View<const T> in,
                    std::size_t edges, const SumsOf& sums_of, const Body& body, const Finish& finish) {
    const std::size_t lane_blocks = layout.unit / lane_unit;
    const std::size_t groups = in.blocks() / lane_blocks;
    const std::size_t blocks = (shape.in.channels + layout.block_channels - 1) / layout.block_channels;
    const std::size_t parts = lane_parts(layout, shape, in);
    for_items(blocks * parts, edges * shape.out.pixels() * in.blocks() * lane_unit, [&](std::size_t item) {
        const std::size_t block = item / parts;
        const std::size_t part = item % parts;
        if (sums_of(block) == 0) return;
        thread_local AlignedVector<T> sums;
        sums.assign(sums_of(block), T(0));
        const std::size_t channel = block * layout.block_channels;
        const std::size_t channels = std::min(layout.block_channels, shape.in.channels - channel);
        for (std::size_t group = groups * part / parts; group < groups * (part + 1) / parts; ++group) {
            for (std::size_t row = 0; row < layout.rows.count; row += layout.rows.tile) {
                body(block, tile_shape<T>(layout, shape.out, channels, row),
                     tile_of<T>(layout, shape.in, in, group * lane_blocks, channel, channels, row),
                     tile_begin(layout, shape.out, grad_out, group * lane_blocks, row), sums.data(), row);
            }
        }
        finish(block, part, sums.data());
    });
}

}  // namespace espalier::kernels
