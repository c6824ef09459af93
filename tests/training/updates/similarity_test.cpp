#include <algorithm>
#include <cmath>
#include <set>

#include <espalier/base/threads/threads.hpp>
#include <espalier/data/batches.hpp>
#include <espalier/data/gather.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/training/trainer/trainer.hpp>
#include <espalier/training/updates/similarity.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Matrix = std::vector<std::vector<double>>;  // [neurons][examples]

/// The training examples of all whole batches of 64, as the network sees them.
Matrix standardised_inputs() {
    const data::Split split = data::split_off_validation(digits().train.count, 0.1);
    const auto how = data::standardisation(digits(), split.training, data::parse_standardise("channel"));
    std::vector<std::uint32_t> numbers(split.training.size() / 64 * 64);
    for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = static_cast<std::uint32_t>(split.training.begin + k);
    REQUIRE(numbers.size() < split.training.size());  // so that there is a partial batch to leave out
    kernels::Activations<float> batch(digits().train.features, numbers.size());
    std::vector<std::uint32_t> labels(numbers.size());
    data::gather(digits().train, numbers, how, batch.view(), labels);
    Matrix inputs(digits().train.features);
    for (std::size_t f = 0; f < inputs.size(); ++f) {
        inputs[f].assign(batch.view().row(f), batch.view().row(f) + numbers.size());
    }
    return inputs;
}

Matrix weighted_sums(const nn::Network<float>& network, std::size_t layer, const Matrix& in) {
    const nn::MaskedWeight<float>& weight = *network.weight(layer);
    const auto& bias = network.table().of(layer)[1].parameter->values;
    Matrix out(weight.pattern().rows(), std::vector<double>(in[0].size()));
    for (std::size_t j = 0; j < out.size(); ++j) {
        std::ranges::fill(out[j], static_cast<double>(bias[j]));
        const auto cols = weight.pattern().row(j);
        for (std::size_t k = 0; k < cols.size(); ++k) {
            const double w = weight.parameter().values[weight.pattern().row_begin(j) + k];
            for (std::size_t b = 0; b < in[0].size(); ++b) out[j][b] += w * in[cols[k]][b];
        }
    }
    return out;
}

void leaky_relu(Matrix& all, double slope) {
    for (auto& row : all) {
        for (double& x : row) x = x < 0.0 ? slope * x : x;
    }
}

void softmax(Matrix& all) {
    for (std::size_t b = 0; b < all[0].size(); ++b) {
        double sum = 0.0;
        for (auto& row : all) sum += row[b] = std::exp(row[b]);
        for (auto& row : all) row[b] /= sum;
    }
}

/// |cos| of each output with each input, [outputs][inputs].
Matrix similarities(const Matrix& in, const Matrix& out) {
    const auto product = [](const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0.0;
        for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
        return sum;
    };
    Matrix all(out.size(), std::vector<double>(in.size(), 0.0));
    for (std::size_t j = 0; j < out.size(); ++j) {
        for (std::size_t i = 0; i < in.size(); ++i) {
            const double norms = std::sqrt(product(in[i], in[i]) * product(out[j], out[j]));
            if (norms > 0.0) all[j][i] = std::abs(product(in[i], out[j])) / norms;
        }
    }
    return all;
}

/// Of every layer with weights, by definition and in double.
std::vector<Matrix> by_definition(Trainer& trainer, double slope) {
    std::vector<Matrix> found;
    Matrix in = standardised_inputs();
    for (const std::size_t k : trainer.weighted_layers()) {
        Matrix out = weighted_sums(trainer.network(), k, in);
        if (k == trainer.weighted_layers().back()) {
            softmax(out);
        } else {
            leaky_relu(out, slope);
        }
        found.push_back(similarities(in, out));
        in = std::move(out);
    }
    return found;
}

void train_to_update(Trainer& trainer) {
    do trainer.train_step();
    while (!trainer.update_is_due());
}

}  // namespace

TEST_CASE("similarity: growth where the cosine is largest, against a straightforward computation", "[training]") {
    for (const auto& [activation, slope] :
         std::vector<std::pair<std::string, double>>{{"relu", 0.0}, {"leaky_relu", 0.01}}) {
        INFO(activation);
        Trainer trainer(digits_request("ctre_cos", "unused", {"model.activation=" + activation}).config, digits());
        for (int update = 0; update < 3; ++update) {
            train_to_update(trainer);
            const std::vector<Matrix> expected = by_definition(trainer, slope);
            std::vector<Pattern> before;
            for (const std::size_t k : trainer.weighted_layers()) {
                before.push_back(trainer.network().weight(k)->pattern());
            }
            // What stays: all but the fraction of the smallest values (no two are equal).
            std::vector<std::set<std::uint64_t>> kept;
            for (const std::size_t k : trainer.weighted_layers()) {
                const nn::MaskedWeight<float>& weight = *trainer.network().weight(k);
                std::vector<std::pair<float, std::uint64_t>> order;
                const auto flat = weight.pattern().flat();
                for (std::size_t e = 0; e < flat.size(); ++e) {
                    order.emplace_back(std::abs(weight.parameter().values[e]), flat[e]);
                }
                std::ranges::sort(order);
                kept.emplace_back();
                for (std::size_t e = flat.size() / 5; e < order.size(); ++e) kept.back().insert(order[e].second);
            }
            trainer.update_topology();
            for (std::size_t l = 0; l < before.size(); ++l) {
                const Pattern& after = trainer.network().weight(trainer.weighted_layers()[l])->pattern();
                CHECK(after.edges() == before[l].edges());
                double smallest_grown = 2.0;
                double largest_left = 0.0;
                std::size_t stayed = 0;
                for (std::uint64_t p = 0; p < after.positions(); ++p) {
                    const double similarity = expected[l][p / after.cols()][p % after.cols()];
                    const bool is_in = after.contains(p / after.cols(), p % after.cols());
                    if (kept[l].contains(p)) {
                        stayed += is_in ? 1 : 0;
                    } else if (is_in) {
                        smallest_grown = std::min(smallest_grown, similarity);
                    } else {
                        largest_left = std::max(largest_left, similarity);
                    }
                }
                CHECK(stayed == kept[l].size());
                CHECK(largest_left <= smallest_grown + 1e-5);
            }
        }
    }
}

TEST_CASE("similarity: values by definition, for any number of threads; what is not wanted costs nothing",
          "[training]") {
    Trainer trainer(digits_request("ctre_cos", "unused").config, digits());
    train_to_update(trainer);
    const std::vector<Matrix> expected = by_definition(trainer, 0.0);
    const Matrix inputs = standardised_inputs();
    std::vector<std::vector<float>> first;
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        Similarity similarity(trainer.network(), trainer.weighted_layers(), {true, false, true});
        for (std::size_t start = 0; start < inputs[0].size(); start += 64) {
            kernels::Activations<float> batch(inputs.size(), 64);
            for (std::size_t f = 0; f < inputs.size(); ++f) {
                for (std::size_t b = 0; b < 64; ++b) batch.view().row(f)[b] = static_cast<float>(inputs[f][start + b]);
            }
            nn::Workspace<float> workspace;
            workspace.keep_outputs = true;
            similarity.add(workspace, trainer.network().forward(workspace, std::as_const(batch).view(), {}));
        }
        for (const std::size_t l : {0, 2}) {
            const std::size_t cols = expected[l][0].size();
            std::vector<float> values(expected[l].size() * cols);
            similarity.rows(l)(0, expected[l].size(), values);
            std::vector<float> two_rows(2 * cols);
            similarity.rows(l)(3, 2, two_rows);
            CHECK(std::ranges::equal(two_rows, std::span(values).subspan(3 * cols, 2 * cols)));
            for (std::size_t p = 0; p < values.size(); ++p) {
                CHECK(values[p] == Approx(expected[l][p / cols][p % cols]).margin(1e-5));
            }
            if (count == 1) first.push_back(values);
            CHECK((values == first[l / 2]));
        }
    }
    set_threads(1);
}

TEST_CASE("similarity: of convolutions channels are compared pixel by pixel, moved by the place in the kernel",
          "[training][images]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const char* kind : {"cifar_resnet_8_4", "mobilenet_v1_cifar"}) {
        const bool is_resnet = std::string(kind).starts_with("cifar");
        const nn::NetworkSpec spec = is_resnet ? nn::network_spec(kind, {}, {3, 8, 8}, 10)
                                               : nn::network_spec(kind, {.width = 2}, {3, 32, 32}, 10);
        std::vector<Pattern> masks;
        for (const std::size_t k : spec.weighted())
            masks.push_back(Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
        nn::Network<float> network = nn::build<float>(spec, masks, {});
        constexpr std::size_t lanes = 19;  // more than one block
        kernels::Activations<float> in;
        in.resize(spec.inputs, lanes, network.input_layout());
        const auto at = [](kernels::View<const float> view, std::size_t f, std::size_t lane) {
            return static_cast<double>(view.block(lane / view.stride).row(f)[lane % view.stride]);
        };
        for (std::size_t f = 0; f < spec.inputs; ++f) {
            for (std::size_t lane = 0; lane < lanes; ++lane)
                in.view().block(lane / 16).row(f)[lane % 16] = static_cast<float>(random_values(1, stream)[0]);
        }
        nn::Workspace<float> workspace;
        workspace.keep_outputs = true;
        const auto logits = network.forward(workspace, std::as_const(in).view(), {});
        const std::vector<std::size_t> layers = spec.weighted();
        Similarity similarity(network, layers, std::vector<bool>(layers.size(), true));
        similarity.add(workspace, logits);
        for (std::size_t number = 0; number + 1 < std::min<std::size_t>(layers.size(), 8); ++number) {
            const nn::NodeSpec& node = spec.nodes[layers[number]];
            INFO(kind << " " << node.name);
            // Behind the next ReLU; the last convolution of a block and its shortcut meet in the stream before it.
            const bool in_block = is_resnet && (node.name.ends_with("conv2") || node.name.ends_with("shortcut.0"));
            std::size_t end = layers[number];
            if (in_block)
                while (spec.nodes[end].kind != "sum") ++end;
            while (!spec.nodes[end].kind.ends_with("relu")) ++end;
            kernels::Image from = spec.input_of(layers[number]);
            if (node.inputs[0] != nn::network_input) from = kernels::with_border(from);
            const kernels::Image to = kernels::with_border(node.output());
            const kernels::View<const float> a = network.layer_input(workspace, layers[number]);
            const kernels::View<const float> b = network.layer_output(workspace, end);
            const std::size_t cols = node.weight->cols();
            std::vector<float> found(node.weight->rows() * cols);
            similarity.rows(number)(0, node.weight->rows(), found);
            const kernels::Window& window = node.window->window;
            const std::size_t taps = window.positions();
            for (std::size_t o = 0; o < to.channels; ++o) {
                for (std::size_t c = 0; c < cols; ++c) {
                    const std::size_t group = o / (to.channels / node.window->groups);
                    const std::size_t channel = group * (from.channels / node.window->groups) + c / taps;
                    double product = 0.0, one = 0.0, other = 0.0;
                    for (std::size_t lane = 0; lane < lanes; ++lane) {
                        for (std::size_t p = 0; p < to.pixels(); ++p) {
                            const double y = at(b, to.place(o * to.pixels() + p), lane);
                            other += y * y;
                            const auto row = static_cast<std::int64_t>(p / to.width * window.rows.stride +
                                                                       c % taps / window.cols.kernel) -
                                             static_cast<std::int64_t>(window.rows.before);
                            const auto col = static_cast<std::int64_t>(p % to.width * window.cols.stride +
                                                                       c % taps % window.cols.kernel) -
                                             static_cast<std::int64_t>(window.cols.before);
                            if (row < 0 || col < 0 || row >= static_cast<std::int64_t>(from.height) ||
                                col >= static_cast<std::int64_t>(from.width))
                                continue;
                            const double x =
                                at(a, from.place(channel, static_cast<std::size_t>(row), static_cast<std::size_t>(col)),
                                   lane);
                            product += x * y;
                            one += x * x;
                        }
                    }
                    const double norms = std::sqrt(one) * std::sqrt(other);
                    const double expected = norms == 0.0 ? 0.0 : std::abs(product) / norms;
                    CHECK(found[o * cols + c] == Approx(expected).margin(2e-6));
                }
            }
        }
    }
}

}  // namespace espalier::training
