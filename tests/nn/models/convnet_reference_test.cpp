#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/kernels/head_loss.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/image_builder.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/nn/models/slaks.hpp>
#include <espalier/optim/optimizer.hpp>

#include "home_reference.hpp"
#include "kernels/images/convolution_case.hpp"
#include "nn/models/tiny_convnets.hpp"
#include "nn/numbers.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// The arrays of one network: three steps of training by the authors' programs, dense and masked, in double.
class Steps {
  public:
    explicit Steps(const std::filesystem::path& file) : file_(open_tensor_file(file)) {}

    Numbers numbers(const std::string& name) const { return file_.read(name).to_doubles(); }
    std::vector<std::size_t> shape(const std::string& name) const { return file_.read(name).shape(); }
    bool has(const std::string& name) const { return file_.has(name); }

  private:
    TensorFile file_;
};

/// Both heads go through one last normalisation, as in the program.
NetworkSpec neurotrails_tiny() {
    return network_spec("neurotrails_wrn-10-1", {.width = 2, .heads = 2, .shared_final_norm = true}, {3, 32, 32}, 10);
}

NetworkSpec slak_tiny() {
    SlakShape shape{.widths = {6, 8, 10, 12}, .depths = {1, 1, 1, 1}, .kernels = {13, 11, 9, 7}};
    shape.layer_scale = 0.5;
    return slak_network(shape, {3, 32, 32}, 10);
}

/// The masks of the weights, as patterns; full where nothing is masked.
std::vector<Pattern> masks_of(const NetworkSpec& spec, const Steps& steps, bool masked) {
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted()) {
        const WeightSpec& weight = *spec.nodes[k].weight;
        if (!masked) {
            masks.push_back(Pattern::full(weight.rows(), weight.cols()));
            continue;
        }
        const Numbers mask = steps.numbers("mask/" + spec.nodes[k].name + ".weight");
        std::vector<std::uint64_t> offsets{0};
        std::vector<std::uint32_t> indices;
        for (std::size_t row = 0; row < weight.rows(); ++row) {
            for (std::size_t col = 0; col < weight.cols(); ++col) {
                if (mask[row * weight.cols() + col] != 0.0) indices.push_back(static_cast<std::uint32_t>(col));
            }
            offsets.push_back(indices.size());
        }
        masks.emplace_back(weight.rows(), weight.cols(), std::move(offsets), std::move(indices));
    }
    return masks;
}

/// Numbers of an entry out of those of all positions.
template <class T>
Numbers kept_of(const ParameterEntry<T>& entry, const Numbers& all) {
    if (entry.weight == nullptr || entry.weight->pattern().is_full()) return all;
    const Pattern& pattern = entry.weight->pattern();
    Numbers kept;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        for (const std::uint32_t col : pattern.row(row)) kept.push_back(all[row * pattern.cols() + col]);
    }
    return kept;
}

/// Logits lane by lane; some programs end in a log-softmax.
Numbers logits_of(kernels::View<const double> out, bool log_softmax) {
    Numbers logits;
    for (std::size_t lane = 0; lane < out.lanes; ++lane) {
        double sum = 0.0;
        for (std::size_t k = 0; k < out.features; ++k) sum += std::exp(out.row(k)[lane]);
        for (std::size_t k = 0; k < out.features; ++k)
            logits.push_back(out.row(k)[lane] - (log_softmax ? std::log(sum) : 0.0));
    }
    return logits;
}

void check_steps(const NetworkSpec& spec, const Steps& steps, bool masked, bool log_softmax) {
    constexpr double tolerance = 1e-9;
    constexpr double rounding = 1e-3;  // gradients that mathematics makes zero are rounding noise
    const std::string part = masked ? "masked/" : "dense/";
    Network<double> network = build<double>(spec, masks_of(spec, steps, masked), {});
    std::vector<Parameter<double>*> trained = network.table().trained();
    for (const ParameterEntry<double>& entry : network.table().entries()) {
        INFO(entry.path());
        REQUIRE(steps.has("init/" + entry.path()));
        const Numbers values = kept_of(entry, steps.numbers("init/" + entry.path()));
        REQUIRE(values.size() == entry.parameter->values.size());
        std::ranges::copy(values, entry.parameter->values.begin());
    }
    const optim::OptimizerOptions sgd{.momentum = 0.9, .nesterov = true, .weight_decay = 5e-4};
    optim::prepare<double>(sgd, trained);
    Workspace<double> workspace;
    workspace.keep_gradients = true;
    const auto batch = [&](std::size_t number, kernels::Activations<double>& in) {
        const std::string name = "x_" + std::to_string(number);
        const Numbers x = steps.numbers(name);
        const std::size_t lanes = steps.shape(name)[0];
        in.resize(spec.inputs, lanes, network.input_layout());
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            for (std::size_t f = 0; f < spec.inputs; ++f) element(in.view(), f, lane) = x[lane * spec.inputs + f];
        }
    };
    const Numbers losses = steps.numbers(part + "losses");
    kernels::Activations<double> in;
    for (std::size_t step = 0; step < 3; ++step) {
        CAPTURE(step);
        batch(step, in);
        const Numbers y = steps.numbers("y_" + std::to_string(step));
        const std::vector<std::uint32_t> labels(y.begin(), y.end());
        const Pass pass{.training = true, .seed = 1, .step = step};
        const auto out = network.forward(workspace, std::as_const(in).view(), pass);
        if (step == 0)
            CHECK(difference(logits_of(out, log_softmax), steps.numbers(part + "logits_0"), rounding) < tolerance);
        const auto of_head = [&](kernels::View<double> of, kernels::View<double> at) {
            return kernels::softmax_cross_entropy<double>(of, labels, at);
        };
        const auto loss =
            kernels::mean_over_heads(out, network.output_gradient(workspace), network.heads(), labels, of_head);
        CHECK(std::abs(loss.loss / static_cast<double>(labels.size()) - losses[step]) < tolerance);
        network.backward(workspace, pass);
        if (step == 0) {
            for (const ParameterEntry<double>& entry : network.table().entries()) {
                if (!entry.parameter->is_trained()) continue;
                INFO(entry.path());
                const Numbers expected = steps.numbers(part + "grad_0/" + entry.path());
                CHECK(difference(entry.parameter->gradient, kept_of(entry, expected), rounding) < tolerance);
                if (entry.weight == nullptr) continue;
                const Layer<double>& layer = network.layer(entry.layer);
                Numbers dense(expected.size());
                layer.gradient_rows(network.layer_input(workspace, entry.layer),
                                    network.layer_output_gradient(workspace, entry.layer), 0,
                                    entry.weight->pattern().rows(), dense);
                CHECK(difference(dense, expected, rounding) < tolerance);
            }
        }
        optim::update<double>(sgd, trained, 0.05, static_cast<std::int64_t>(step));
    }
    for (const ParameterEntry<double>& entry : network.table().entries()) {
        INFO(entry.path());
        CHECK(difference(entry.parameter->values, kept_of(entry, steps.numbers(part + "after_3/" + entry.path())),
                         rounding) < tolerance);
    }
    batch(0, in);
    const kernels::View<const double> answer = network.forward(workspace, std::as_const(in).view(), {});
    const auto out = network.heads() > 1 ? network.outputs_of_heads(workspace) : answer;
    CHECK(difference(logits_of(out, log_softmax), steps.numbers(part + "eval_logits"), rounding) < tolerance);
}

struct Known {
    const char* name;
    NetworkSpec (*spec)();
    bool log_softmax;
};

constexpr Known known[] = {
    {"resnet20_w4", resnet20_w4, true},
    {"resnet8_A_w8", resnet8_a, false},
    {"bottleneck_tiny", bottleneck_tiny, false},
    {"vgg_granet_tiny", vgg_granet_tiny, true},
    {"vgg_like_tiny", vgg_like_tiny, false},
    {"vgg_c_tiny", vgg_c_tiny, false},
    {"wrn10_tiny", wrn10_tiny, true},
    {"lenet5_tiny", lenet5_tiny, false},
    {"mobilenet_tiny", mobilenet_tiny, false},
    {"neurotrails_tiny", neurotrails_tiny, false},
    {"slak_tiny", slak_tiny, false},
};

}  // namespace

TEST_CASE("convnets: three training steps are those of the authors' programs, dense and masked", "[nn][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    for (const Known& network : known) {
        const std::filesystem::path file = *folder / "convnets" / "models" / (std::string(network.name) + ".npz");
        const Steps steps(file);
        for (const bool masked : {false, true}) {
            INFO(network.name << (masked ? " masked" : " dense"));
            check_steps(network.spec(), steps, masked, network.log_softmax);
        }
    }
}

TEST_CASE("convnets: three masked training steps of three networks that every clone has", "[nn]") {
    for (const Known& network : known) {
        const auto file = home_reference() / "convnets" / (std::string(network.name) + ".npz");
        if (!std::filesystem::exists(file)) continue;
        INFO(network.name);
        check_steps(network.spec(), Steps(file), true, network.log_softmax);
    }
    CHECK(std::filesystem::exists(home_reference() / "convnets/mobilenet_tiny.npz"));
    CHECK(std::filesystem::exists(home_reference() / "convnets/bottleneck_tiny.npz"));
    CHECK(std::filesystem::exists(home_reference() / "convnets/slak_tiny.npz"));
}

TEST_CASE("convnets: running statistics that average batches are those of the reference", "[nn][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    const Steps extras(*folder / "convnets" / "extras.npz");
    std::size_t checked = 0;
    for (const Known& known_network : known) {
        INFO(known_network.name);
        const std::string part = std::string("recalibration/") + known_network.name + "/";
        if (!extras.has(part + "eval_logits")) continue;
        const Steps steps(*folder / "convnets" / "models" / (std::string(known_network.name) + ".npz"));
        const NetworkSpec spec = known_network.spec();
        Network<double> network = build<double>(spec, masks_of(spec, steps, false), {});
        for (const ParameterEntry<double>& entry : network.table().entries())
            std::ranges::copy(steps.numbers("dense/after_3/" + entry.path()), entry.parameter->values.begin());
        Workspace<double> workspace;
        const auto forward = [&](std::size_t number, const Pass& pass) {
            const Numbers x = steps.numbers("x_" + std::to_string(number));
            const std::size_t lanes = steps.shape("x_" + std::to_string(number))[0];
            kernels::Activations<double> in;
            in.resize(spec.inputs, lanes, network.input_layout());
            for (std::size_t lane = 0; lane < lanes; ++lane) {
                for (std::size_t f = 0; f < spec.inputs; ++f) element(in.view(), f, lane) = x[lane * spec.inputs + f];
            }
            return logits_of(network.forward(workspace, std::as_const(in).view(), pass), known_network.log_softmax);
        };
        for (std::size_t b = 0; b < 3; ++b)
            forward(b, {.training = true, .without_noise = true, .averaged_batches = b + 1});
        for (const ParameterEntry<double>& entry : network.table().entries()) {
            if (entry.parameter->is_trained()) continue;
            INFO(entry.path());
            CHECK(difference(entry.parameter->values, extras.numbers(part + entry.path()), 1e-3) < 1e-9);
        }
        CHECK(difference(forward(0, {}), extras.numbers(part + "eval_logits"), 1e-3) < 1e-9);
        ++checked;
    }
    CHECK(checked > 0);
}

}  // namespace espalier::nn
