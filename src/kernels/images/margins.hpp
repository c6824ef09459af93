#pragma once

#include <algorithm>

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/image.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

/// Makes lanes that hold no sample zero again, of lane-blocked activations: of the last block.
template <class T>
void zero_tails(View<T> view) {
    const View<T> last = view.block(view.blocks() - 1);
    if (last.lanes == last.stride) return;
    for (std::size_t f = 0; f < last.features; ++f)
        std::fill(last.row(f) + last.lanes, last.row(f) + last.stride, T(0));
}

/// Makes the border of images zero again, of one channel in one lane block: what lies behind its rows, and below them.
template <class T>
void zero_border(const Image& image, View<T> block, std::size_t channel) {
    const std::size_t first = image.place(channel, 0, 0);
    for (std::size_t y = 0; y < image.height; ++y)
        std::fill_n(block.row(first + y * image.row() + image.width), image.border * block.stride, T(0));
    std::fill_n(block.row(first + image.height * image.row()), image.border * image.row() * block.stride, T(0));
}

/// What lies before the first channel of a lane block.
template <class T>
void zero_lead(const Image& image, View<T> block) {
    std::fill_n(block.data, image.lead() * block.stride, T(0));
}

template <class T>
void zero_leads(const Image& image, View<T> view) {
    for (std::size_t b = 0; b < view.blocks(); ++b) zero_lead(image, view.block(b));
}

/// The whole border of lane-blocked images.
template <class T>
void zero_border(const Image& image, View<T> view) {
    if (image.border == 0) return;
    for_equal_rows(view.blocks() * image.channels, image.row() * view.stride, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) {
            const View<T> block = view.block(item / image.channels);
            if (item % image.channels == 0) zero_lead(image, block);
            zero_border(image, block, item % image.channels);
        }
    });
}

}  // namespace espalier::kernels
