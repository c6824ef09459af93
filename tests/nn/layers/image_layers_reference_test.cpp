#include <set>

#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/convolution.hpp>
#include <espalier/nn/layers/gelu_layer.hpp>
#include <espalier/nn/layers/layer_norm_layer.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/padding_layer.hpp>
#include <espalier/nn/layers/pooling_layer.hpp>
#include <espalier/nn/layers/sample_norm_layer.hpp>
#include <espalier/nn/layers/subsample_layer.hpp>
#include <espalier/nn/layers/sum_layer.hpp>

#include "golden_case.hpp"
#include "home_reference.hpp"
#include "kernels/images/convolution_case.hpp"
#include "nn/layer_arrays.hpp"
#include "nn/numbers.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

using Json = nlohmann::json;
using kernels::Image;

constexpr double golden_tolerance = 1e-12;
constexpr double least = 1e-3;  // of what cancels: gradients of two numbers

/// [N, C, H, W], [N, C, L] or [N, C].
Image image_of(const GoldenCase& c, const std::string& array) {
    const std::vector<std::size_t> sides = c.shape(array);
    return {sides[1], sides.size() == 4 ? sides[2] : 1, sides.size() > 2 ? sides.back() : 1};
}

std::size_t lanes_of(const GoldenCase& c, const std::string& array) {
    return c.shape(array)[0];
}

kernels::Activations<double> activations(const GoldenCase& c, const std::string& array) {
    const Numbers x = c.numbers(array);
    const std::size_t features = image_of(c, array).features();
    kernels::Activations<double> result;
    result.resize(features, lanes_of(c, array), kernels::Layout::lane_blocks);
    for (std::size_t lane = 0; lane < lanes_of(c, array); ++lane) {
        for (std::size_t f = 0; f < features; ++f) element(result.view(), f, lane) = x[lane * features + f];
    }
    return result;
}

void check_array(const GoldenCase& c, kernels::View<const double> found, const std::string& array) {
    INFO(array);
    Numbers numbers;
    for (std::size_t lane = 0; lane < found.lanes; ++lane) {
        for (std::size_t f = 0; f < found.features; ++f) numbers.push_back(element(found, f, lane));
    }
    CHECK(difference(numbers, c.numbers(array), least) < golden_tolerance);
}

std::array<std::size_t, 2> sides(const Json& value) {
    if (value.is_array()) return {value[0].get<std::size_t>(), value[1].get<std::size_t>()};
    return {value.get<std::size_t>(), value.get<std::size_t>()};
}

/// Both passes of a layer of one input.
struct Passed {
    kernels::Activations<double> out, grad_in;
};

Passed pass_through(Layer<double>& layer, kernels::View<const double> in, kernels::View<const double> grad_out,
                    const Pass& pass) {
    Passed passed;
    passed.out.resize(layer.outputs(), in.lanes, kernels::Layout::lane_blocks);
    passed.grad_in.resize(layer.inputs(), in.lanes, kernels::Layout::lane_blocks);
    const kernels::View<double> gradient = passed.grad_in.view();
    Cache<double> cache;
    layer.forward_node({&in, 1}, passed.out.view(), cache, pass);
    layer.backward_node({&in, 1}, std::as_const(passed.out).view(), grad_out, {&gradient, 1}, cache, pass);
    return passed;
}

/// What comes out and the gradient at what went in are those of the case.
void check_passes(const GoldenCase& c, Layer<double>& layer) {
    const Passed passed =
        pass_through(layer, activations(c, "x").view(), activations(c, "dy").view(), {.training = true});
    check_array(c, passed.out.view(), "y");
    check_array(c, passed.grad_in.view(), "dx");
}

void check_convolution(const GoldenCase& c) {
    const Json& s = c.settings;
    const std::vector<std::size_t> w = c.shape("w");
    const bool is_sequence = s["op"] == "conv1d";
    const auto stride = sides(s["stride"]);
    const auto padding = sides(s["padding"]);
    const auto dilation = sides(s["dilation"]);
    kernels::Axis rows{is_sequence ? 1 : w[2], stride[0], dilation[0], padding[0], padding[0]};
    kernels::Axis cols{w.back(), stride[1], dilation[1], padding[1], padding[1]};
    if (is_sequence) rows = {};
    if (s.contains("explicit_padding")) {
        const Json& explicit_padding = s["explicit_padding"];
        cols.before = explicit_padding[0];
        cols.after = explicit_padding[1];
        if (!is_sequence) {
            rows.before = explicit_padding[2];
            rows.after = explicit_padding[3];
        }
    }
    // What repeats the border is a layer of its own.
    const bool repeats = s.contains("explicit_padding") && s["explicit_padding_mode"] == "replicate";
    PaddingLayer<double> padding_layer("pad", "pad", repeats ? PaddingOf::replication : PaddingOf::zeros,
                                       image_of(c, "x"), repeats ? kernels::Window{rows, cols} : kernels::Window{});
    Image taken = image_of(c, "x");
    if (repeats) {
        taken.width += cols.before + cols.after;
        cols.before = cols.after = 0;
    }
    const kernels::ConvolutionShape shape{taken, image_of(c, "y"), {rows, cols}, s["groups"]};
    CHECK(rows.windows(shape.in.height) == shape.out.height);
    CHECK(cols.windows(shape.in.width) == shape.out.width);
    const Pass pass{.training = true};
    const auto x = activations(c, "x");
    const auto grad_out = activations(c, "dy");
    kernels::Activations<double> in;
    in.resize(padding_layer.outputs(), lanes_of(c, "x"), kernels::Layout::lane_blocks);
    padding_layer.forward(x.view(), in.view(), pass);
    const Numbers weights = c.numbers("w");
    for (const bool masked : {false, true}) {
        INFO((masked ? "masked" : "dense"));
        std::vector<std::uint64_t> offsets{0};
        std::vector<std::uint32_t> indices;
        Numbers kept;
        Numbers expected;
        const Numbers mask = c.numbers("mask");
        const Numbers dw = c.numbers("dw");
        for (std::size_t k = 0; k < weights.size(); ++k) {
            if (!masked || mask[k] != 0.0) {
                indices.push_back(static_cast<std::uint32_t>(k % shape.columns()));
                kept.push_back(weights[k]);
                expected.push_back(dw[k]);
            }
            if ((k + 1) % shape.columns() == 0) offsets.push_back(indices.size());
        }
        Pattern pattern =
            masked ? Pattern(w[0], shape.columns(), offsets, indices) : Pattern::full(w[0], shape.columns());
        const bool has_bias = s["bias"];
        Convolution<double> layer("conv", s["op"], shape, std::move(pattern), has_bias);
        std::ranges::copy(kept, layer.weight().parameter().values.begin());
        if (has_bias) std::ranges::copy(c.numbers("b"), layer.bias().values.begin());
        const Passed passed = pass_through(layer, std::as_const(in).view(), grad_out.view(), pass);
        const Passed at_input = pass_through(padding_layer, x.view(), std::as_const(passed.grad_in).view(), pass);
        check_array(c, passed.out.view(), masked ? "y_masked" : "y");
        check_array(c, at_input.grad_in.view(), masked ? "dx_masked" : "dx");
        CHECK(difference(layer.weight().parameter().gradient, expected, least) < golden_tolerance);
        if (has_bias) CHECK(difference(layer.bias().gradient, c.numbers("db"), least) < golden_tolerance);
        Numbers all(dw.size());
        layer.gradient_rows(std::as_const(in).view(), grad_out.view(), 0, w[0], all);
        CHECK(difference(all, dw, least) < golden_tolerance);
    }
}

void check_pooling(const GoldenCase& c) {
    const Json& s = c.settings;
    const std::string op = s["op"];
    kernels::Pooling pooling{image_of(c, "x"), {}, {}};
    if (op.starts_with("adaptive")) {
        const auto output = sides(s["output"]);
        pooling.rows = kernels::adaptive_spans(pooling.in.height, op.ends_with("1d") ? 1 : output[0]);
        pooling.cols = kernels::adaptive_spans(pooling.in.width, output[1]);
    } else {
        const auto kernel = sides(s["kernel"]);
        const auto stride = sides(s["stride"]);
        const auto padding = sides(s["padding"]);
        const bool counts = !s.contains("count_include_pad") || s["count_include_pad"].get<bool>();
        const auto spans = [&](std::size_t k, std::size_t side) {
            return kernels::pooling_spans({kernel[k], stride[k], 1, padding[k], padding[k]}, side, s["ceil_mode"],
                                          counts);
        };
        pooling.rows = spans(0, pooling.in.height);
        pooling.cols = spans(1, pooling.in.width);
    }
    CHECK(pooling.out() == image_of(c, "y"));
    const PoolingOf what = op.find("max") != std::string::npos ? PoolingOf::maximum : PoolingOf::mean;
    PoolingLayer<double> layer("pool", "pool", what, pooling);
    check_passes(c, layer);
}

void check_batch_norm(const GoldenCase& c) {
    const bool averages = c.settings["momentum"].is_null();
    BatchNorm<double> layer("bn", image_of(c, "x_0"));
    const std::vector<Parameter<double>*> arrays = arrays_of(layer);
    if (c.settings["affine"]) {
        std::ranges::copy(c.numbers("gamma"), arrays[0]->values.begin());
        std::ranges::copy(c.numbers("beta"), arrays[1]->values.begin());
    }
    std::ranges::copy(c.numbers("running_mean_0"), arrays[2]->values.begin());
    std::ranges::copy(c.numbers("running_var_0"), arrays[3]->values.begin());
    for (std::size_t batch = 0; batch < 3; ++batch) {
        const std::string number = "_" + std::to_string(batch);
        const std::string next = "_" + std::to_string(batch + 1);
        CAPTURE(batch);
        const Passed passed =
            pass_through(layer, activations(c, "x" + number).view(), activations(c, "dy" + number).view(),
                         {.training = true, .averaged_batches = averages ? batch + 1 : 0});
        check_array(c, passed.out.view(), "y" + number);
        check_array(c, passed.grad_in.view(), "dx" + number);
        CHECK(difference(arrays[2]->values, c.numbers("running_mean" + next), least) < golden_tolerance);
        CHECK(difference(arrays[3]->values, c.numbers("running_var" + next), least) < golden_tolerance);
        if (!c.settings["affine"]) continue;
        CHECK(difference(arrays[0]->gradient, c.numbers("dgamma" + number), least) < golden_tolerance);
        CHECK(difference(arrays[1]->gradient, c.numbers("dbeta" + number), least) < golden_tolerance);
    }
    const Passed passed = pass_through(layer, activations(c, "x_0").view(), activations(c, "dy_0").view(), {});
    check_array(c, passed.out.view(), "y_eval");
    check_array(c, passed.grad_in.view(), "dx_eval");
}

void check_shortcut(const GoldenCase& c) {
    Subsample<double> layer("shortcut", image_of(c, "x"), image_of(c, "y"), 2);
    check_passes(c, layer);
}

void check_sample_norm(const GoldenCase& c) {
    const Image image = image_of(c, "x");
    const bool of_groups = c.settings["op"] == "group_norm";
    const auto sets = of_groups ? kernels::SampleSets::of_groups(image, c.settings["groups"].get<std::size_t>())
                                : kernels::SampleSets::of_pixels(image);
    SampleNorm<double> layer("norm", "norm", sets, c.settings["eps"].get<double>());
    const std::vector<Parameter<double>*> arrays = arrays_of(layer);
    std::ranges::copy(c.numbers("gamma"), arrays[0]->values.begin());
    std::ranges::copy(c.numbers("beta"), arrays[1]->values.begin());
    check_passes(c, layer);
    CHECK(difference(arrays[0]->gradient, c.numbers("dgamma"), least) < golden_tolerance);
    CHECK(difference(arrays[1]->gradient, c.numbers("dbeta"), least) < golden_tolerance);
}

/// Rows of features [N, F], or [N, H, W, F] whose other axes are samples as well.
void check_layer_norm(const GoldenCase& c) {
    const std::size_t features = c.shape("gamma")[0];
    const auto rows = [&](const std::string& array) {
        const Numbers numbers = c.numbers(array);
        kernels::Activations<double> result;
        result.resize(features, numbers.size() / features, kernels::Layout::lane_blocks);
        for (std::size_t k = 0; k < numbers.size(); ++k)
            element(result.view(), k % features, k / features) = numbers[k];
        return result;
    };
    SampleNorm<double> of_channels("norm", "norm", kernels::SampleSets::of_pixels({features, 1, 1}),
                                   c.settings["eps"].get<double>());
    LayerNorm<double> of_features("norm", features);  // of up to 16 samples, of which both layouts are one
    std::vector<Layer<double>*> layers{&of_channels};
    if (c.settings["eps"] == 1e-5) layers.push_back(&of_features);
    for (Layer<double>* layer : layers) {
        const std::vector<Parameter<double>*> arrays = arrays_of(*layer);
        std::ranges::copy(c.numbers("gamma"), arrays[0]->values.begin());
        std::ranges::copy(c.numbers("beta"), arrays[1]->values.begin());
        const Passed passed = pass_through(*layer, rows("x").view(), rows("dy").view(), {.training = true});
        check_array(c, passed.out.view(), "y");
        check_array(c, passed.grad_in.view(), "dx");
        CHECK(difference(arrays[0]->gradient, c.numbers("dgamma"), least) < golden_tolerance);
        CHECK(difference(arrays[1]->gradient, c.numbers("dbeta"), least) < golden_tolerance);
    }
}

void check_relu(const GoldenCase& c) {
    LeakyRelu<double> layer("relu", "relu", image_of(c, "x").features(), 0.0);
    check_passes(c, layer);
}

void check_gelu(const GoldenCase& c) {
    Gelu<double> layer("act", image_of(c, "x").features());
    check_passes(c, layer);
}

/// Half of x and x with its last axis reversed, added, then rectified.
void check_added_relu(const GoldenCase& c) {
    const auto x = activations(c, "x");
    const std::size_t width = image_of(c, "x").width;
    const auto mirrored = [&](std::size_t f) { return f / width * width + width - 1 - f % width; };
    auto half = activations(c, "x");
    auto reversed = activations(c, "x");
    for (std::size_t f = 0; f < x.view().features; ++f) {
        for (std::size_t lane = 0; lane < x.view().lanes; ++lane) {
            element(half.view(), f, lane) *= 0.5;
            element(reversed.view(), f, lane) = element(x.view(), mirrored(f), lane);
        }
    }
    Sum<double> sum("sum", x.view().features, 2);
    LeakyRelu<double> relu("relu", "relu", x.view().features, 0.0);
    auto added = activations(c, "x");
    const std::array terms{std::as_const(half).view(), std::as_const(reversed).view()};
    Cache<double> cache;
    sum.forward_node(terms, added.view(), cache, {});
    const Passed passed = pass_through(relu, std::as_const(added).view(), activations(c, "dy").view(), {});
    check_array(c, passed.out.view(), "y");
    auto to_half = activations(c, "x");
    auto to_reversed = activations(c, "x");
    const std::array gradients{to_half.view(), to_reversed.view()};
    sum.backward_node(terms, std::as_const(added).view(), std::as_const(passed.grad_in).view(), gradients, cache, {});
    auto grad = activations(c, "x");
    for (std::size_t f = 0; f < x.view().features; ++f) {
        for (std::size_t lane = 0; lane < x.view().lanes; ++lane) {
            element(grad.view(), f, lane) =
                0.5 * element(to_half.view(), f, lane) + element(to_reversed.view(), mirrored(f), lane);
        }
    }
    check_array(c, std::as_const(grad).view(), "dx");
}

void check_reflection(const GoldenCase& c) {
    const kernels::Axis four{.before = 4, .after = 4};
    PaddingLayer<double> layer("pad", "reflection_pad", PaddingOf::reflection, image_of(c, "x"), {four, four});
    check_passes(c, layer);
}

/// The check for a case; none where nothing here computes it.
void (*check_for(const GoldenCase& c))(const GoldenCase&) {
    const std::string op = c.op();
    if (op.starts_with("conv")) return check_convolution;
    if (op.find("_pool") != std::string::npos) return check_pooling;
    if (op == "batch_norm") return check_batch_norm;
    if (op == "group_norm" || op == "layer_norm_channels_of_NCHW") return check_sample_norm;
    if (op == "layer_norm_last_axis") return check_layer_norm;
    if (op == "shortcut_option_A") return check_shortcut;
    if (op == "relu") return check_relu;
    if (op.starts_with("gelu")) return check_gelu;
    if (op.starts_with("relu(")) return check_added_relu;
    if (op.starts_with("reflection padding")) return check_reflection;
    return nullptr;
}

/// Checks what it can of a folder's cases. @return how many, and the names of the others
std::pair<std::size_t, std::set<std::string>> check_cases(const std::filesystem::path& folder) {
    const GoldenCases cases(folder);
    std::size_t checked = 0;
    std::set<std::string> others;
    for (const GoldenCase& c : cases.all()) {
        INFO(c.name);
        if (auto* check = check_for(c)) {
            check(c);
            ++checked;
        } else {
            others.insert(c.name);
        }
    }
    return {checked, others};
}

}  // namespace

TEST_CASE("image layers: golden cases of PyTorch in double", "[nn][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    const auto [checked, others] = check_cases(*folder / "convnets");
    CHECK(checked == 67);
    // The tests of losses and of the optimizers have the rest.
    CHECK(others == std::set<std::string>{"adam", "adam_l2", "adamw", "ce", "ce_class_weights", "ce_smooth0.1",
                                          "ce_smooth_class_weights", "ce_temperature200", "cosine_0.5_to_0.005_T40",
                                          "cosine_T7", "log_softmax", "multistep_160", "neurotrails_multistep_450",
                                          "sgd_lr_drop", "sgd_momentum", "sgd_nesterov", "sgd_nesterov_masked"});
}

TEST_CASE("image layers: a choice of golden cases that every clone has", "[nn]") {
    const auto [checked, others] = check_cases(home_reference() / "convnets");
    CHECK(checked == 24);
    CHECK(others.size() == 9);
}

}  // namespace espalier::nn
