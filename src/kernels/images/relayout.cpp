#include <algorithm>

#include <espalier/kernels/images/margins.hpp>
#include <espalier/kernels/images/relayout.hpp>

namespace espalier::kernels {
namespace {

/// body(where 16 lanes of a feature lie in rows, where in blocks), counted in numbers.
template <class T, class Body>
void for_places(const Image& image, View<const T> rows, View<const T> blocks, const Body& body) {
    for_equal_rows(image.features(), padded_lanes(rows.lanes), [&](std::size_t begin, std::size_t end) {
        for (std::size_t lane = 0; lane < padded_lanes(rows.lanes); lane += lane_padding) {
            const std::size_t block = lane / lane_padding * blocks.features * blocks.stride;
            for (std::size_t f = begin; f < end; ++f)
                body(f * rows.stride + lane, block + image.place(f) * blocks.stride);
        }
    });
}

}  // namespace

template <class T>
void rows_to_blocks(const Image& image, View<const T> rows, View<T> blocks) {
    for_places<T>(image, rows, blocks, [&](std::size_t row, std::size_t block) {
        std::copy_n(rows.data + row, lane_padding, blocks.data + block);
    });
    zero_border(image, blocks);
}

template <class T>
void blocks_to_rows(const Image& image, View<const T> blocks, View<T> rows) {
    for_places<T>(image, rows, blocks, [&](std::size_t row, std::size_t block) {
        std::copy_n(blocks.data + block, lane_padding, rows.data + row);
    });
}

template void rows_to_blocks(const Image&, View<const float>, View<float>);
template void rows_to_blocks(const Image&, View<const double>, View<double>);
template void blocks_to_rows(const Image&, View<const float>, View<float>);
template void blocks_to_rows(const Image&, View<const double>, View<double>);

}  // namespace espalier::kernels
