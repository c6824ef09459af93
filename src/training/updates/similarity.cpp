#include <algorithm>
#include <cmath>
#include <utility>

#include <espalier/base/patterns/row_runs.hpp>
#include <espalier/kernels/dense_product.hpp>
#include <espalier/nn/models/spec.hpp>
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

/// Adds the sums of squares of units, the channels of an image. Its border is zero and adds nothing.
void add_squares(const kernels::Image& image, kernels::View<const float> activations, std::vector<double>& squares) {
    for_row_runs(squares.size(), activations.features * activations.lanes, [&](std::size_t begin, std::size_t end) {
        for (std::size_t b = 0; b < activations.blocks(); ++b) {
            const kernels::View<const float> block = activations.block(b);
            for (std::size_t unit = begin; unit < end; ++unit) {
                const std::size_t first = image.place(unit, 0, 0);
                for (std::size_t place = first; place < first + image.channel(); ++place) {
                    const float* row = block.row(place);
                    for (std::size_t lane = 0; lane < block.lanes; ++lane)
                        squares[unit] += static_cast<double>(row[lane]) * row[lane];
                }
            }
        }
    });
}

/// Readers of every node.
std::vector<std::vector<std::size_t>> readers_of(const nn::Network<float>& network) {
    std::vector<std::vector<std::size_t>> readers(network.size());
    for (std::size_t k = 0; k < network.size(); ++k) {
        for (const std::size_t input : network.inputs_of(k)) {
            if (input != nn::network_input) readers[input].push_back(k);
        }
    }
    return readers;
}

/// Whether a node gives unit by unit what it takes: activations, normalisations, sums.
bool is_unitwise(const nn::Network<float>& network, std::size_t k) {
    const std::string kind = network.layer(k).kind();
    const bool moves = kind == "flatten" || kind == "subsample" || kind.ends_with("pool");
    return network.weight(k) == nullptr && !moves;
}

/// The node behind whose nonlinearity a layer's neurons are looked at.
std::size_t end_of_neurons(const nn::Network<float>& network, std::size_t layer) {
    const auto readers = readers_of(network);
    std::size_t at = layer;
    while (readers[at].size() == 1 && is_unitwise(network, readers[at].front())) at = readers[at].front();
    return at;
}

}  // namespace

Similarity::Similarity(nn::Network<float>& network, const std::vector<std::size_t>& layers,
                       const std::vector<bool>& wanted)
    : network_(network), layers_(layers) {
    for (std::size_t number = 0; number < layers.size(); ++number) {
        const Pattern& pattern = network.weight(layers[number])->pattern();
        products_.add_layer(wanted[number] ? pattern.positions() : 0);
        Side side{.node = end_of_neurons(network, layers[number])};
        side.convolution = dynamic_cast<const nn::Convolution<float>*>(&network.layer(layers[number]));
        const std::size_t groups = side.convolution == nullptr ? 1 : side.convolution->shape().groups;
        side.inputs.assign(groups * pattern.cols(), 0.0);
        side.outputs.assign(pattern.rows(), 0.0);
        sides_.push_back(std::move(side));
    }
}

void Similarity::add_input_squares(kernels::View<const float> in, kernels::View<const float> out, Side& side) {
    if (side.convolution == nullptr) {
        add_squares({side.inputs.size(), 1, 1}, in, side.inputs);
        return;
    }
    // The sum over the pixels that a place of the kernel meets is the weight gradient of ones at squares.
    squared_.resize(in.features, in.lanes, kernels::Layout::lane_blocks);
    ones_.resize(out.features, out.lanes, kernels::Layout::lane_blocks);
    for (std::size_t k = 0; k < in.elements(); ++k) squared_.view().data[k] = in.data[k] * in.data[k];
    std::fill_n(ones_.view().data, ones_.view().elements(), 1.0F);  // tails meet squares of 0
    const std::size_t groups = side.convolution->shape().groups;
    const std::size_t cols = side.inputs.size() / groups;
    std::vector<float> sums(cols);
    for (std::size_t g = 0; g < groups; ++g) {
        side.convolution->gradient_rows(std::as_const(squared_).view(), std::as_const(ones_).view(),
                                        g * side.outputs.size() / groups, 1, sums);
        for (std::size_t c = 0; c < cols; ++c) side.inputs[g * cols + c] += static_cast<double>(sums[c]);
    }
}

void Similarity::add(const nn::Workspace<float>& workspace, kernels::View<const float> logits) {
    probabilities_.resize(logits.features, logits.lanes);
    softmax(logits, probabilities_.view());
    for (std::size_t number = 0; number < layers_.size(); ++number) {
        if (products_[number].empty()) continue;
        Side& side = sides_[number];
        const bool is_last = side.node + 1 == network_.size();
        const kernels::View<const float> in = network_.layer_input(workspace, layers_[number]);
        const kernels::View<const float> out =
            is_last ? std::as_const(probabilities_).view() : network_.layer_output(workspace, side.node);
        add_input_squares(in, out, side);
        const kernels::Image units =
            side.convolution == nullptr ? kernels::Image{side.outputs.size(), 1, 1} : side.convolution->shape().out;
        add_squares(units, out, side.outputs);
        const std::size_t cols =
            side.inputs.size() / (side.convolution == nullptr ? 1 : side.convolution->shape().groups);
        products_.gather(number, side.outputs.size(), cols,
                         [&](std::size_t first, std::size_t count, std::span<float> rows) {
                             if (side.convolution == nullptr) {
                                 kernels::dense_weight_gradient<float>(out, in, first, count, rows);
                             } else {
                                 side.convolution->gradient_rows(in, out, first, count, rows);
                             }
                         });
    }
}

sparsity::PositionRows Similarity::rows(std::size_t number) const {
    return [this, number](std::size_t first, std::size_t count, std::span<float> rows) {
        const Side& side = sides_[number];
        const std::size_t groups = side.convolution == nullptr ? 1 : side.convolution->shape().groups;
        const std::size_t cols = side.inputs.size() / groups;
        products_.rows(number, cols)(first, count, rows);
        for (std::size_t r = 0; r < count; ++r) {
            const double* in = side.inputs.data() + (first + r) / (side.outputs.size() / groups) * cols;
            float* row = rows.data() + r * cols;
            for (std::size_t i = 0; i < cols; ++i) {
                const double norms = std::sqrt(in[i]) * std::sqrt(side.outputs[first + r]);
                row[i] = norms == 0.0 ? 0.0F : static_cast<float>(std::abs(row[i]) / norms);
            }
        }
    };
}

}  // namespace espalier::training
