#include <algorithm>
#include <cmath>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/kernels/dense_product.hpp>
#include <espalier/training/updates/similarity.hpp>

namespace espalier::training {
namespace {

/// Softmax of each lane.
void softmax(kernels::View<const float> logits, kernels::View<float> out) {
    for (std::size_t lane = 0; lane < logits.lanes; ++lane) {
        float largest = logits.row(0)[lane];
        for (std::size_t c = 1; c < logits.features; ++c) largest = std::max(largest, logits.row(c)[lane]);
        double sum = 0.0;
        for (std::size_t c = 0; c < logits.features; ++c) {
            const double e = std::exp(static_cast<double>(logits.row(c)[lane]) - largest);
            sum += e;
            out.row(c)[lane] = static_cast<float>(e);
        }
        for (std::size_t c = 0; c < logits.features; ++c) {
            out.row(c)[lane] = static_cast<float>(out.row(c)[lane] / sum);
        }
    }
}

void add_squares(kernels::View<const float> activations, std::vector<double>& squares) {
    for_row_runs(activations.features, activations.features * activations.lanes,
                 [&](std::size_t begin, std::size_t end) {
                     for (std::size_t f = begin; f < end; ++f) {
                         const float* row = activations.row(f);
                         for (std::size_t lane = 0; lane < activations.lanes; ++lane) {
                             squares[f] += static_cast<double>(row[lane]) * row[lane];
                         }
                     }
                 });
}

}  // namespace

Similarity::Similarity(nn::Network<float>& network, const std::vector<std::size_t>& layers,
                       const std::vector<bool>& wanted)
    : network_(network), layers_(layers) {
    for (std::size_t number = 0; number < layers.size(); ++number) {
        const Pattern& pattern = network.weight(layers[number])->pattern();
        products_.add_layer(wanted[number] ? pattern.positions() : 0);
        squares_.emplace_back(pattern.cols(), 0.0);
        if (number + 1 == layers.size()) squares_.emplace_back(pattern.rows(), 0.0);
    }
}

kernels::View<const float> Similarity::outputs(const nn::Workspace<float>& workspace, std::size_t number) const {
    if (number + 1 == layers_.size()) return probabilities_.view();
    return network_.layer_input(workspace, layers_[number + 1]);
}

void Similarity::add(const nn::Workspace<float>& workspace, kernels::View<const float> logits) {
    probabilities_.resize(logits.features, logits.lanes);
    softmax(logits, probabilities_.view());
    for (std::size_t number = 0; number < layers_.size(); ++number) {
        const kernels::View<const float> in = network_.layer_input(workspace, layers_[number]);
        const kernels::View<const float> out = outputs(workspace, number);
        add_squares(in, squares_[number]);
        if (number + 1 == layers_.size()) add_squares(out, squares_.back());
        if (products_[number].empty()) continue;
        products_.gather(number, out.features, in.features,
                         [&](std::size_t first, std::size_t count, std::span<float> rows) {
                             kernels::dense_weight_gradient<float>(out, in, first, count, rows);
                         });
    }
}

sparsity::PositionRows Similarity::rows(std::size_t number) const {
    return [this, number](std::size_t first, std::size_t count, std::span<float> rows) {
        const std::vector<double>& in = squares_[number];
        const std::vector<double>& out = squares_[number + 1];
        products_.rows(number, in.size())(first, count, rows);
        for (std::size_t r = 0; r < count; ++r) {
            float* row = rows.data() + r * in.size();
            for (std::size_t i = 0; i < in.size(); ++i) {
                const double norms = std::sqrt(in[i]) * std::sqrt(out[first + r]);
                row[i] = norms == 0.0 ? 0.0F : static_cast<float>(std::abs(row[i]) / norms);
            }
        }
    };
}

}  // namespace espalier::training
