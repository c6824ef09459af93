#include <espalier/base/text/error.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/nn/models/slaks.hpp>

#include "kernels/images/convolution_case.hpp"
#include "nn/numbers.hpp"
#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

struct SlakCounts {
    std::size_t parameters = 0;
    std::size_t buffers = 0;
    std::size_t maskable = 0;
    std::size_t macs = 0;
    std::size_t layers = 0;
};

SlakCounts counts_of(const NetworkSpec& spec) {
    SlakCounts counts;
    for (const NodeSpec& node : spec.nodes) {
        counts.parameters += node.others;
        if (node.kind == "batch_norm") counts.buffers += node.others;
        if (!node.weight) continue;
        const std::size_t positions = node.weight->rows() * node.weight->cols();
        counts.parameters += positions;
        counts.maskable += positions;
        counts.macs += positions * node.weight->uses;
        ++counts.layers;
    }
    return counts;
}

/// The loss of a small network at its parameters, in double.
double small_loss(Network<double>& network, Workspace<double>& workspace, kernels::View<const double> in,
                  const std::vector<std::uint32_t>& labels, const Pass& pass) {
    const auto out = network.forward(workspace, in, pass);
    const auto loss = kernels::softmax_cross_entropy<double>(out, labels, network.output_gradient(workspace));
    return loss.loss / static_cast<double>(labels.size());
}

}  // namespace

TEST_CASE("slaks: parameters, multiply-adds and layers of the published networks", "[nn]") {
    const SlakCounts slak = counts_of(network_spec("slak_t", {}, {3, 224, 224}, 1000));
    CHECK(slak.parameters == 50703838);
    CHECK(slak.buffers == 51624);
    CHECK(slak.maskable == 50576524);
    CHECK(slak.macs == 8704776370);
    CHECK(slak.layers == 95);
    const SlakCounts convnext = counts_of(network_spec("convnext_t", {}, {3, 224, 224}, 1000));
    CHECK(convnext.parameters == 28582504);
    CHECK(convnext.buffers == 0);
    CHECK(convnext.maskable == 28524000);
    CHECK(convnext.macs == 4455531264);
    CHECK(convnext.layers == 59);
}

TEST_CASE("slaks: names, numbers of blocks and widths say what there is", "[nn]") {
    const NetworkSpec spec = network_spec("slak_1_2", {.width = 4, .kernels = {9, 7}}, {3, 16, 16}, 10);
    CHECK(spec.weight_names() ==
          std::vector<std::string>{
              "downsample_layers.0.0", "stages.0.0.large_kernel.LoRA1.conv", "stages.0.0.large_kernel.LoRA2.conv",
              "stages.0.0.large_kernel.small_conv.conv", "stages.0.0.pwconv1", "stages.0.0.pwconv2",
              "downsample_layers.1.1", "stages.1.0.large_kernel.LoRA1.conv", "stages.1.0.large_kernel.LoRA2.conv",
              "stages.1.0.large_kernel.small_conv.conv", "stages.1.0.pwconv1", "stages.1.0.pwconv2",
              "stages.1.1.large_kernel.LoRA1.conv", "stages.1.1.large_kernel.LoRA2.conv",
              "stages.1.1.large_kernel.small_conv.conv", "stages.1.1.pwconv1", "stages.1.1.pwconv2", "head"});
    const auto shapes = spec.weight_shapes();
    CHECK(shapes[1] == std::vector<std::size_t>{4, 1, 9, 5});
    CHECK(shapes[2] == std::vector<std::size_t>{4, 1, 5, 9});
    CHECK(shapes[4] == std::vector<std::size_t>{16, 4});
    CHECK(shapes[7] == std::vector<std::size_t>{8, 1, 7, 5});
    CHECK(network_spec("slak_t", {}, {3, 32, 32}, 10).weight_shapes() ==
          network_spec("slak_3_3_9_3", {}, {3, 32, 32}, 10).weight_shapes());
    CHECK(network_spec("slak_b", {}, {3, 32, 32}, 10).weight_shapes()[0][0] == 166);
    // Rates rise from 0, which has no node, to the one asked for.
    std::vector<double> rates;
    for (const NodeSpec& node : network_spec("convnext_1_2", {.stochastic_depth = 0.4}, {3, 16, 16}, 10).nodes) {
        if (node.kind == "drop_path") rates.push_back(node.rate);
    }
    CHECK(rates == std::vector<double>{0.2, 0.4});
}

TEST_CASE("slaks: what does not fit is refused", "[nn]") {
    const auto made = [](const std::string& kind, const ModelChoice& choice, const Sample& sample) {
        network_spec(kind, choice, sample, 10);
    };
    CHECK_THROWS_WITH(made("slak_t", {.kernels = {51, 49}}, Sample(3, 32, 32)), Contains("2 kernels for 4 stages"));
    CHECK_THROWS_WITH(made("slak_1_1", {.kernels = {8, 7}}, Sample(3, 32, 32)), Contains("8 is even"));
    CHECK_THROWS_WITH(made("slak_1_1_1_1", {}, Sample(1, 8, 8)), Contains("too small"));
    CHECK_THROWS_WITH(made("slak_1_1", {}, 64), Contains("tables of 64"));
    CHECK_THROWS_AS(made("slak_x", {}, Sample(3, 32, 32)), ConfigError);
}

TEST_CASE("slaks: gradients of a whole small network against finite differences", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    SlakShape shape{.widths = {3, 4}, .depths = {1, 1}, .kernels = {7, 7}};
    shape.layer_scale = 0.5;
    shape.stochastic_depth = 0.3;
    const Sample sample(2, 8, 8);
    for (const bool decomposed : {true, false}) {
        shape.decomposed = decomposed;
        const NetworkSpec spec = slak_network(shape, sample, 3);
        std::vector<Pattern> masks;
        for (const std::size_t k : spec.weighted())
            masks.push_back(random_pattern(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols(), 0.7, stream));
        Network<double> network = build<double>(spec, masks, {});
        for (const ParameterEntry<double>& entry : network.table().entries()) {
            if (entry.parameter->role == Role::statistic) continue;
            const std::vector<double> values = random_values(entry.parameter->values.size(), stream);
            for (std::size_t k = 0; k < values.size(); ++k) entry.parameter->values[k] += 0.3 * values[k];
        }
        const std::size_t lanes = 5;
        kernels::Activations<double> in;
        in.resize(spec.inputs, lanes, network.input_layout());
        std::vector<std::uint32_t> labels;
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            for (std::size_t f = 0; f < spec.inputs; ++f) element(in.view(), f, lane) = random_values(1, stream)[0];
            labels.push_back(static_cast<std::uint32_t>(lane % 3));
        }
        const Pass pass{.training = true, .seed = 3, .step = 1};
        Workspace<double> workspace;
        const auto loss = [&] { return small_loss(network, workspace, std::as_const(in).view(), labels, pass); };
        loss();
        network.backward(workspace, pass);
        std::vector<AlignedVector<double>> analytic;
        for (const ParameterEntry<double>& entry : network.table().entries())
            analytic.push_back(entry.parameter->gradient);
        double worst = 0.0;
        const auto entries = network.table().entries();
        for (std::size_t e = 0; e < entries.size(); ++e) {
            if (!entries[e].parameter->is_trained()) continue;
            AlignedVector<double>& values = entries[e].parameter->values;
            for (std::size_t k = 0; k < values.size(); k += 1 + values.size() / 10) {
                const double before = values[k];
                values[k] = before + 1e-5;
                const double up = loss();
                values[k] = before - 1e-5;
                const double down = loss();
                values[k] = before;
                worst = std::max(worst, std::abs((up - down) / 2e-5 - analytic[e][k]));
            }
        }
        CHECK(worst < 1e-8);
    }
}

}  // namespace espalier::nn
