#include <algorithm>
#include <cmath>

#include <espalier/nn/graph/narrow_network.hpp>
#include <espalier/nn/models/layer_list.hpp>
#include <espalier/nn/models/models.hpp>

#include "kernels/images/convolution_case.hpp"
#include "sparsity/decision_values.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// Random numbers in every array; variances above 0.
void fill_at_random(Network<float>& network, Stream& stream) {
    for (const ParameterEntry<float>& entry : network.table().entries()) {
        const std::vector<double> drawn = random_values(entry.parameter->values.size(), stream);
        for (std::size_t k = 0; k < drawn.size(); ++k) {
            const bool positive = entry.parameter->name == "running_var";
            entry.parameter->values[k] = static_cast<float>(positive ? 0.5 + std::abs(drawn[k]) : 0.4 * drawn[k]);
        }
    }
}

/// A mask of which some outputs have lost all weights, and some inputs.
Pattern thinned(const WeightSpec& weight, double density, Stream& stream) {
    const Pattern drawn = random_pattern(weight.rows(), weight.cols(), density, stream);
    std::size_t places = 1;
    for (std::size_t k = 2; k < weight.shape.size(); ++k) places *= weight.shape[k];
    std::vector<bool> gone_rows, gone_inputs;
    for (std::size_t row = 0; row < weight.rows(); ++row) gone_rows.push_back(row > 0 && stream.below(4) == 0);
    for (std::size_t c = 0; c < weight.cols() / places; ++c) gone_inputs.push_back(c > 0 && stream.below(4) == 0);
    std::vector<std::uint64_t> kept;
    for (const std::uint64_t p : drawn.flat()) {
        if (!gone_rows[p / weight.cols()] && !gone_inputs[p % weight.cols() / places]) kept.push_back(p);
    }
    return Pattern::from_flat(weight.rows(), weight.cols(), kept);
}

std::vector<double> outputs_of(Network<double> network, const std::vector<double>& numbers, std::size_t lanes) {
    kernels::Activations<double> in;
    in.resize(numbers.size() / lanes, lanes, network.input_layout());
    for (std::size_t f = 0; f < numbers.size() / lanes; ++f) {
        for (std::size_t lane = 0; lane < lanes; ++lane) in.view().row(f)[lane] = numbers[f * lanes + lane];
    }
    Workspace<double> workspace;
    const kernels::View<double> out = network.forward(workspace, std::as_const(in).view(), {});
    std::vector<double> logits;
    for (std::size_t k = 0; k < out.features; ++k) logits.insert(logits.end(), out.row(k), out.row(k) + out.lanes);
    return logits;
}

double relative_distance(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 1e-30;
    double worst = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        largest = std::max(largest, std::abs(a[k]));
        worst = std::max(worst, std::abs(a[k] - b[k]));
    }
    return worst / largest;
}

std::size_t outputs_of_layers(const NetworkSpec& spec) {
    std::size_t sum = 0;
    for (const std::size_t k : spec.weighted()) sum += spec.nodes[k].weight->rows();
    return sum;
}

}  // namespace

TEST_CASE("narrow network: outputs stay, in every kind of model, dense and with masks", "[nn][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const char* kind :
         {"lenet5_caffe", "cifar_resnet_8_4", "resnet8_A", "resnet18_cifar", "resnet50_cifar", "wrn-10-1", "vgg11",
          "vgg-like", "mobilenet_v1_cifar", "slak_1_1", "mlp", "residual_mlp"}) {
        INFO(kind);
        const std::string name = kind;
        const bool images = name.find("mlp") == std::string::npos;
        ModelChoice choice;
        if (!images) {
            choice.hidden = {20, 10, 10};
            choice.normalisation = &normalisation("batch_norm");
        } else if (name != "cifar_resnet_8_4" && name != "wrn-10-1" && name != "lenet5_caffe") {
            choice.width = 4;
        }
        const Sample sample = !images ? Sample{30} : name == "lenet5_caffe" ? Sample{1, 28, 28} : Sample{3, 32, 32};
        const NetworkSpec spec = network_spec(kind, choice, sample, 10);
        std::vector<Pattern> masks;
        for (const std::size_t k : spec.weighted()) masks.push_back(thinned(*spec.nodes[k].weight, 0.5, stream));
        Network<float> network = build<float>(spec, masks, {});
        fill_at_random(network, stream);
        const ChannelsLeft left = channels_left(spec, network);
        const std::vector<double> samples = random_values(spec.inputs * 3, stream);
        const std::vector<double> expected = outputs_of(in_double(spec, network, {}), samples, 3);
        for (const bool keeps_masks : {false, true}) {
            INFO(keeps_masks);
            const NarrowNetwork narrow = narrow_network(spec, network, left, keeps_masks, {});
            CHECK(relative_distance(expected, outputs_of(in_double(narrow.spec, narrow.network, {}), samples, 3)) <=
                  1e-6);
            CHECK(outputs_of_layers(narrow.spec) < outputs_of_layers(spec));
            std::size_t edges = 0;
            for (const std::size_t k : narrow.network.weighted_layers()) {
                const Pattern& pattern = narrow.network.weight(k)->pattern();
                CHECK(pattern.rows() == narrow.spec.nodes[k].weight->rows());
                edges += pattern.edges();
                if (!keeps_masks) CHECK(pattern.is_full());
            }
            std::size_t before = 0;
            for (const Pattern& mask : masks) before += mask.edges();
            if (keeps_masks) CHECK(edges < before);
            // Once more there is nothing that could go.
            const ChannelsLeft again = channels_left(narrow.spec, narrow.network);
            const NarrowNetwork same = narrow_network(narrow.spec, narrow.network, again, keeps_masks, {});
            CHECK(outputs_of_layers(same.spec) == outputs_of_layers(narrow.spec));
        }
    }
}

TEST_CASE("narrow network: constants go into biases that were not there before", "[nn][images]") {
    const std::vector<LayerEntry> entries = {
        {.kind = "conv2d", .name = "first", .channels = 2, .bias = false},
        {.kind = "batch_norm", .name = "norm"},
        {.kind = "relu", .name = "relu"},
        {.kind = "conv2d", .name = "second", .channels = 1, .bias = false},
        {.kind = "flatten", .name = "flatten"},
        {.kind = "linear", .name = "last", .bias = false},
    };
    const NetworkSpec spec = layer_list_spec(entries, Sample{1, 2, 2}, 2);
    Network<float> network = build<float>(spec, {pattern({{1}, {0}}), Pattern::full(1, 2), Pattern::full(2, 4)}, {});
    network.weight(3)->parameter().values[1] = 2.0F;
    for (const ParameterEntry<float>& entry : network.table().of(1)) {
        if (entry.parameter->name == "bias") entry.parameter->values[1] = 0.75F;
    }
    const NarrowNetwork narrow = narrow_network(spec, network, channels_left(spec, network), false, {});
    CHECK(narrow.folded == 1);
    CHECK(narrow.spec.nodes[0].others == 0);
    REQUIRE(narrow.spec.nodes[3].others == 1);
    CHECK(narrow.spec.nodes[5].others == 0);
    const auto& bias = *narrow.network.table().of(3)[1].parameter;
    CHECK(bias.name == "bias");
    CHECK(bias.values[0] == 1.5F);
}

TEST_CASE("narrow network: what chase's program exports", "[nn][images][reference]") {
    with_decision_values([](const DecisionValues& values) {
        for (const char* name : {"chase_umm", "chase_umm_limits", "chase_wmm"}) {
            if (!values.cases().contains(name)) continue;
            INFO(name);
            const std::string part = name;
            const std::vector<std::string> layers = values.layers(part + "/trained_mask");
            // A stem, bottlenecks with projections, the mean over the map.
            std::vector<LayerEntry> entries = {{.kind = "conv2d",
                                                .name = "conv1",
                                                .channels = 8,
                                                .kernel = {3, 3},
                                                .padding_before = {1, 1},
                                                .padding_after = {1, 1},
                                                .bias = false},
                                               {.kind = "batch_norm", .name = "bn1"},
                                               {.kind = "relu", .name = "relu"}};
            std::string stream = "relu";
            for (const std::string& layer : layers) {
                if (!layer.ends_with(".conv1.weight")) continue;
                const std::string block = layer.substr(0, layer.size() - std::string("conv1.weight").size());
                const std::size_t stride = block.starts_with("layer2") ? 2 : 1;
                const auto convolution = [&](const std::string& which, const std::string& norm, std::size_t by) {
                    const std::vector<std::size_t> shape =
                        values.shape(part + "/trained_mask/" + block + which + ".weight");
                    const std::size_t padding = shape[2] / 2;
                    entries.push_back({.kind = "conv2d",
                                       .name = block + which,
                                       .channels = shape[0],
                                       .kernel = {shape[2], shape[3]},
                                       .stride = {by, by},
                                       .padding_before = {padding, padding},
                                       .padding_after = {padding, padding},
                                       .bias = false});
                    entries.push_back({.kind = "batch_norm", .name = block + norm});
                };
                convolution("conv1", "bn1", 1);
                entries[entries.size() - 2].from = stream;
                entries.push_back({.kind = "relu", .name = block + "relu1"});
                convolution("conv2", "bn2", stride);
                entries.push_back({.kind = "relu", .name = block + "relu2"});
                convolution("conv3", "bn3", 1);
                if (std::ranges::find(layers, block + "shortcut.0.weight") != layers.end()) {
                    convolution("shortcut.0", "shortcut.1", stride);
                    entries[entries.size() - 2].from = stream;
                    stream = block + "shortcut.1";
                }
                entries.push_back({.kind = "sum", .name = block + "sum", .from = block + "bn3", .with = stream});
                entries.push_back({.kind = "relu", .name = block + "relu3"});
                stream = block + "relu3";
            }
            entries.push_back({.kind = "adaptive_avg_pool", .name = "pool"});
            entries.push_back({.kind = "flatten", .name = "flatten"});
            entries.push_back({.kind = "linear", .name = "classifier", .bias = false});
            const NetworkSpec spec = layer_list_spec(entries, Sample{3, 8, 8}, 10);
            std::vector<Pattern> masks;
            for (const std::string& layer : spec.weight_names())
                masks.push_back(values.mask(part + "/trained_mask/" + layer + ".weight"));
            Network<float> network = build<float>(spec, masks, {});
            for (const ParameterEntry<float>& entry : network.table().entries()) {
                const std::vector<double> numbers = values.numbers(part + "/trained/" + entry.path());
                if (entry.weight == nullptr) {
                    std::ranges::copy(numbers, entry.parameter->values.begin());
                    continue;
                }
                std::size_t e = 0;
                for (const std::uint64_t p : entry.weight->pattern().flat())
                    entry.parameter->values[e++] = static_cast<float>(numbers[p]);
            }
            const std::vector<double> x = values.numbers(part + "/x");  // [samples, features]
            const std::size_t lanes = values.shape(part + "/x")[0];
            std::vector<double> samples(x.size());
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                for (std::size_t f = 0; f < spec.inputs; ++f) samples[f * lanes + lane] = x[lane * spec.inputs + f];
            }
            const std::vector<double> by_sample = values.numbers(part + "/logits_before_export");
            std::vector<double> theirs(by_sample.size());
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                for (std::size_t k = 0; k < 10; ++k) theirs[k * lanes + lane] = by_sample[lane * 10 + k];
            }
            const std::vector<double> before = outputs_of(in_double(spec, network, {}), samples, lanes);
            CHECK(relative_distance(theirs, before) <= 2e-6);  // theirs are in single precision
            const NarrowNetwork narrow = narrow_network(spec, network, channels_left(spec, network), false, {});
            CHECK(relative_distance(before, outputs_of(in_double(narrow.spec, narrow.network, {}), samples, lanes)) <=
                  1e-6);
            // All that it removed goes; channels that lost their weights otherwise may go, too.
            for (const auto& [layer, counts] : values.cases()[part]["channels"].items()) {
                const std::vector<std::string> names = narrow.spec.weight_names();
                const std::string module = layer.substr(0, layer.rfind('.'));
                const auto at = static_cast<std::size_t>(std::ranges::find(names, module) - names.begin());
                CHECK(narrow.spec.weight_shapes()[at][0] <= counts[1].get<std::size_t>());
            }
        }
    });
}

}  // namespace espalier::nn
