#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/loss.hpp>

namespace espalier::kernels {

/// The loss of a network with heads in training: the mean over heads of each head's own loss (Grooten et al. 2025,
/// NeuroTrails). `correct` counts lanes whose largest mean logit is the label's, which is what evaluation asks.
/// @param outputs   [heads * classes x lanes], head 0 first; their gradient, where it has data, likewise
/// @param of_head   of_head(outputs, gradient): the loss of one head [classes x lanes] summed over lanes, and the
///                  gradient of its mean
template <class T, class OfHead>
LossSum mean_over_heads(View<T> outputs, View<T> gradient, std::size_t heads, std::span<const std::uint32_t> labels,
                        const OfHead& of_head) {
    if (heads == 1) return of_head(outputs, gradient);
    const std::size_t classes = outputs.features / heads;
    const auto part = [&](View<T> view, std::size_t head) {
        if (view.data == nullptr) return view;
        return View<T>{view.row(head * classes), classes, view.lanes, view.stride};
    };
    LossSum sum;
    for (std::size_t h = 0; h < heads; ++h)
        sum.loss += of_head(part(outputs, h), part(gradient, h)).loss / static_cast<double>(heads);
    if (gradient.data != nullptr) {
        for (std::size_t row = 0; row < gradient.features; ++row) {
            for (std::size_t lane = 0; lane < gradient.lanes; ++lane) gradient.row(row)[lane] /= static_cast<T>(heads);
        }
    }
    for (std::size_t lane = 0; lane < outputs.lanes; ++lane) {
        std::size_t best = 0;
        double highest = 0.0;
        for (std::size_t c = 0; c < classes; ++c) {
            double mean = 0.0;
            for (std::size_t h = 0; h < heads; ++h) mean += static_cast<double>(outputs.row(h * classes + c)[lane]);
            if (c > 0 && !(mean > highest)) continue;
            best = c;
            highest = mean;
        }
        sum.correct += best == labels[lane] ? 1 : 0;
    }
    return sum;
}

}  // namespace espalier::kernels
