#include <espalier/nn/graph/merge_kernels.hpp>
#include <espalier/nn/graph/narrow_network.hpp>
#include <espalier/nn/models/slaks.hpp>

#include "kernels/images/convolution_case.hpp"
#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

const Sample merged_sample(3, 16, 16);

NetworkSpec small_slak(bool decomposed, std::vector<std::size_t> kernels) {
    SlakShape shape{.widths = {4, 6}, .depths = {1, 2}, .kernels = std::move(kernels), .decomposed = decomposed};
    shape.layer_scale = 0.7;
    shape.stochastic_depth = 0.2;
    return slak_network(shape, merged_sample, 5);
}

/// With masks, and numbers in all arrays, statistics too.
Network<float> drawn_slak(const NetworkSpec& spec, double density, Stream& stream) {
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted()) {
        const WeightSpec& weight = *spec.nodes[k].weight;
        masks.push_back(density == 1.0 ? Pattern::full(weight.rows(), weight.cols())
                                       : random_pattern(weight.rows(), weight.cols(), density, stream));
    }
    Network<float> network = build<float>(spec, masks, {});
    for (const ParameterEntry<float>& entry : network.table().entries()) {
        const std::vector<double> values = random_values(entry.parameter->values.size(), stream);
        const bool is_variance = entry.parameter->name == "running_var";
        for (std::size_t k = 0; k < values.size(); ++k)
            entry.parameter->values[k] = static_cast<float>(is_variance ? 0.5 + std::abs(values[k]) : values[k]);
    }
    return network;
}

std::vector<double> merged_outputs(const NetworkSpec& spec, const Network<float>& network, Stream stream) {
    Network<double> exact = in_double(spec, network, {});
    kernels::Activations<double> in;
    in.resize(spec.inputs, 20, exact.input_layout());
    for (std::size_t lane = 0; lane < 20; ++lane) {
        for (std::size_t f = 0; f < spec.inputs; ++f) element(in.view(), f, lane) = random_values(1, stream)[0];
    }
    Workspace<double> workspace;
    const auto out = exact.forward(workspace, std::as_const(in).view(), {});
    std::vector<double> outputs;
    for (std::size_t k = 0; k < out.features; ++k) outputs.insert(outputs.end(), out.row(k), out.row(k) + out.lanes);
    return outputs;
}

}  // namespace

TEST_CASE("merge kernels: the merged network gives the same outputs, in a cross or a square", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const bool decomposed : {true, false}) {
        for (const double density : {1.0, 0.4}) {
            INFO((decomposed ? "decomposed " : "whole ") << density);
            const NetworkSpec spec = small_slak(decomposed, {9, 21});  // the second larger than its map
            const Network<float> network = drawn_slak(spec, density, stream);
            const MergedNetwork made = merge_kernels(spec, network, {});
            CHECK(made.merged.size() == 3);
            const Stream samples = test_stream(5);
            const std::vector<double> before = merged_outputs(spec, network, samples);
            const std::vector<double> after = merged_outputs(made.spec, made.network, samples);
            REQUIRE(before.size() == after.size());
            double largest = 0.0;
            double distance = 0.0;
            for (std::size_t k = 0; k < before.size(); ++k) {
                largest = std::max(largest, std::abs(before[k]));
                distance = std::max(distance, std::abs(before[k] - after[k]));
            }
            CHECK(distance < 1e-6 * largest);  // weights are rounded to single precision
            for (const NodeSpec& node : made.spec.nodes) CHECK(node.kind != "batch_norm");
        }
    }
}

TEST_CASE("merge kernels: a pair of stripes is a cross, and what no branch keeps stays absent", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const NetworkSpec spec = small_slak(true, {9, 7});
    const MergedNetwork made = merge_kernels(spec, drawn_slak(spec, 1.0, stream), {});
    CHECK(made.merged[0].name == "stages.0.0.large_kernel.lkb_reparam");
    CHECK(made.merged[0].before == std::vector<std::size_t>{4, 1, 5, 9});  // or 9 x 5, which is as large
    CHECK(made.merged[0].after == std::vector<std::size_t>{4, 1, 9, 9});
    CHECK(made.merged[0].branches == 3);
    std::size_t layer = 0;
    while (made.spec.nodes[layer].name != made.merged[0].name) ++layer;
    const Pattern& mask = made.network.weight(layer)->pattern();
    for (std::size_t row = 0; row < 4; ++row) {
        for (std::size_t y = 0; y < 9; ++y) {
            for (std::size_t x = 0; x < 9; ++x) {
                const bool in_cross = (y >= 2 && y < 7) || (x >= 2 && x < 7);
                CHECK(mask.contains(row, y * 9 + x) == in_cross);
            }
        }
    }
    // What is left behind has no more weights than went into it.
    const NetworkSpec sparse = small_slak(true, {9, 7});
    const Network<float> network = drawn_slak(sparse, 0.1, stream);
    const MergedNetwork thin = merge_kernels(sparse, network, {});
    std::size_t before = 0;
    std::size_t after = 0;
    for (const std::size_t k : network.weighted_layers()) before += network.weight(k)->pattern().edges();
    for (const std::size_t k : thin.network.weighted_layers()) after += thin.network.weight(k)->pattern().edges();
    CHECK(after <= before);
}

TEST_CASE("merge kernels: one kernel alone stays as it is", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    SlakShape shape{.widths = {4}, .depths = {1}, .kernels = {7}, .small_kernel = 0, .decomposed = false};
    const NetworkSpec spec = slak_network(shape, merged_sample, 5);
    const MergedNetwork made = merge_kernels(spec, drawn_slak(spec, 1.0, stream), {});
    CHECK(made.merged.empty());
    CHECK(made.spec.nodes.size() == spec.nodes.size());
}

}  // namespace espalier::nn
