#pragma once

#include <algorithm>

#include <espalier/kernels/activations.hpp>

namespace espalier::nn {

// Layers that put numbers of an image elsewhere: for_pairs(body) calls body(place in the input, place in the output)
// for all that are passed on.

/// Everything else of the output is zero.
template <class T, class ForPairs>
void move_places(kernels::View<const T> in, kernels::View<T> out, const ForPairs& for_pairs) {
    for (std::size_t b = 0; b < in.blocks(); ++b) {
        const kernels::View<const T> from = in.block(b);
        const kernels::View<T> to = out.block(b);
        std::fill_n(to.data, to.features * to.stride, T(0));
        for_pairs([&](std::size_t f, std::size_t g) { std::copy_n(from.row(f), from.stride, to.row(g)); });
    }
}

/// A number that stands in several places gets the sum of what comes back from them.
template <class T, class ForPairs>
void move_places_back(kernels::View<const T> grad_out, kernels::View<T> grad_in, const ForPairs& for_pairs) {
    for (std::size_t b = 0; b < grad_in.blocks(); ++b) {
        const kernels::View<T> to = grad_in.block(b);
        const kernels::View<const T> from = grad_out.block(b);
        std::fill_n(to.data, to.features * to.stride, T(0));
        for_pairs([&](std::size_t f, std::size_t g) {
            for (std::size_t lane = 0; lane < to.stride; ++lane) to.row(f)[lane] += from.row(g)[lane];
        });
    }
}

}  // namespace espalier::nn
