#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/layers/batch_norm_layer.hpp>
#include <espalier/nn/layers/convolution.hpp>
#include <espalier/nn/layers/pooling_layer.hpp>
#include <espalier/nn/layers/sample_norm_layer.hpp>
#include <espalier/nn/layers/subsample_layer.hpp>

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

/// One case of layers.json: settings, and arrays of layers.npz.
struct GoldenCase {
    const TensorFile& file;
    std::string name;
    Json settings;

    bool has(const std::string& array) const { return file.has(name + "/" + array); }
    Numbers numbers(const std::string& array) const { return file.read(name + "/" + array).to_doubles(); }
    std::vector<std::size_t> shape(const std::string& array) const { return file.read(name + "/" + array).shape(); }
    /// [N, C, H, W], [N, C, L] or [N, C].
    Image image(const std::string& array) const {
        const std::vector<std::size_t> sides = shape(array);
        return {sides[1], sides.size() == 4 ? sides[2] : 1, sides.size() > 2 ? sides.back() : 1};
    }
    std::size_t lanes(const std::string& array) const { return shape(array)[0]; }
};

kernels::Activations<double> activations(const GoldenCase& c, const std::string& array) {
    const Numbers x = c.numbers(array);
    const std::size_t features = c.image(array).features();
    kernels::Activations<double> result;
    result.resize(features, c.lanes(array), kernels::Layout::lane_blocks);
    for (std::size_t lane = 0; lane < c.lanes(array); ++lane) {
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

Passed pass_through(const GoldenCase& c, Layer<double>& layer, const std::string& x, const std::string& dy,
                    const Pass& pass) {
    const auto in = activations(c, x);
    const auto grad_out = activations(c, dy);
    Passed passed;
    passed.out.resize(layer.outputs(), in.view().lanes, kernels::Layout::lane_blocks);
    passed.grad_in.resize(layer.inputs(), in.view().lanes, kernels::Layout::lane_blocks);
    const kernels::View<const double> seen = in.view();
    const kernels::View<double> gradient = passed.grad_in.view();
    Cache<double> cache;
    layer.forward_node({&seen, 1}, passed.out.view(), cache, pass);
    layer.backward_node({&seen, 1}, std::as_const(passed.out).view(), grad_out.view(), {&gradient, 1}, cache, pass);
    return passed;
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
        if (s["explicit_padding_mode"] != "zeros") return;  // no layer here pads by repeating
        const Json& explicit_padding = s["explicit_padding"];
        cols.before = explicit_padding[0];
        cols.after = explicit_padding[1];
        if (!is_sequence) {
            rows.before = explicit_padding[2];
            rows.after = explicit_padding[3];
        }
    }
    const kernels::ConvolutionShape shape{c.image("x"), c.image("y"), {rows, cols}, s["groups"]};
    CHECK(rows.windows(shape.in.height) == shape.out.height);
    CHECK(cols.windows(shape.in.width) == shape.out.width);
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
        const Passed passed = pass_through(c, layer, "x", "dy", {.training = true});
        check_array(c, passed.out.view(), masked ? "y_masked" : "y");
        check_array(c, passed.grad_in.view(), masked ? "dx_masked" : "dx");
        CHECK(difference(layer.weight().parameter().gradient, expected, least) < golden_tolerance);
        if (has_bias) CHECK(difference(layer.bias().gradient, c.numbers("db"), least) < golden_tolerance);
        const auto in = activations(c, "x");
        const auto grad_out = activations(c, "dy");
        Numbers all(dw.size());
        layer.gradient_rows(in.view(), grad_out.view(), 0, w[0], all);
        CHECK(difference(all, dw, least) < golden_tolerance);
    }
}

void check_pooling(const GoldenCase& c) {
    const Json& s = c.settings;
    const std::string op = s["op"];
    kernels::Pooling pooling{c.image("x"), {}, {}};
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
    CHECK(pooling.out() == c.image("y"));
    const PoolingOf what = op.find("max") != std::string::npos ? PoolingOf::maximum : PoolingOf::mean;
    PoolingLayer<double> layer("pool", "pool", what, pooling);
    const Passed passed = pass_through(c, layer, "x", "dy", {.training = true});
    check_array(c, passed.out.view(), "y");
    check_array(c, passed.grad_in.view(), "dx");
}

void check_batch_norm(const GoldenCase& c) {
    const bool averages = c.settings["momentum"].is_null();
    BatchNorm<double> layer("bn", c.image("x_0"));
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
        const Passed passed = pass_through(c, layer, "x" + number, "dy" + number,
                                           {.training = true, .averaged_batches = averages ? batch + 1 : 0});
        check_array(c, passed.out.view(), "y" + number);
        check_array(c, passed.grad_in.view(), "dx" + number);
        CHECK(difference(arrays[2]->values, c.numbers("running_mean" + next), least) < golden_tolerance);
        CHECK(difference(arrays[3]->values, c.numbers("running_var" + next), least) < golden_tolerance);
        if (!c.settings["affine"]) continue;
        CHECK(difference(arrays[0]->gradient, c.numbers("dgamma" + number), least) < golden_tolerance);
        CHECK(difference(arrays[1]->gradient, c.numbers("dbeta" + number), least) < golden_tolerance);
    }
    const Passed passed = pass_through(c, layer, "x_0", "dy_0", {});
    check_array(c, passed.out.view(), "y_eval");
    check_array(c, passed.grad_in.view(), "dx_eval");
}

void check_shortcut(const GoldenCase& c) {
    Subsample<double> layer("shortcut", c.image("x"), c.image("y"), 2);
    const Passed passed = pass_through(c, layer, "x", "dy", {.training = true});
    check_array(c, passed.out.view(), "y");
    check_array(c, passed.grad_in.view(), "dx");
}

void check_sample_norm(const GoldenCase& c) {
    const Image image = c.image("x");
    const bool of_groups = c.settings["op"] == "group_norm";
    const auto sets = of_groups ? kernels::SampleSets::of_groups(image, c.settings["groups"].get<std::size_t>())
                                : kernels::SampleSets::of_pixels(image);
    SampleNorm<double> layer("norm", "norm", sets, c.settings["eps"].get<double>());
    const std::vector<Parameter<double>*> arrays = arrays_of(layer);
    std::ranges::copy(c.numbers("gamma"), arrays[0]->values.begin());
    std::ranges::copy(c.numbers("beta"), arrays[1]->values.begin());
    const Passed passed = pass_through(c, layer, "x", "dy", {.training = true});
    check_array(c, passed.out.view(), "y");
    check_array(c, passed.grad_in.view(), "dx");
    CHECK(difference(arrays[0]->gradient, c.numbers("dgamma"), least) < golden_tolerance);
    CHECK(difference(arrays[1]->gradient, c.numbers("dbeta"), least) < golden_tolerance);
}

/// Cross-entropy, with smoothed labels or without.
void check_cross_entropy(const GoldenCase& c) {
    const Numbers x = c.numbers("x");
    const Numbers y = c.numbers("target");
    const std::size_t lanes = c.shape("x")[0];
    const std::size_t classes = c.shape("x")[1];
    kernels::Activations<double> logits(classes, lanes);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        for (std::size_t k = 0; k < classes; ++k) logits.view().row(k)[lane] = x[lane * classes + k];
    }
    const std::vector<std::uint32_t> labels(y.begin(), y.end());
    kernels::Activations<double> gradient(classes, lanes);
    const auto sum = kernels::softmax_cross_entropy<double>(logits.view(), labels, gradient.view(),
                                                            c.settings["label_smoothing"].get<double>());
    const Numbers loss{sum.loss / static_cast<double>(lanes)};
    CHECK(difference(loss, c.numbers("loss"), least) < golden_tolerance);
    check_array(c, std::as_const(gradient).view(), "dx");
}

}  // namespace

TEST_CASE("image layers: golden cases of PyTorch in double", "[nn][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    std::ifstream settings(*folder / "convnets" / "layers.json");
    const TensorFile file = open_tensor_file(*folder / "convnets" / "layers.npz");
    const Json cases = Json::parse(settings);
    std::size_t checked = 0;
    for (const auto& [name, about] : cases.items()) {
        INFO(name);
        const GoldenCase c{file, name, about};
        const std::string op = about["op"];
        const auto before = checked++;
        if (op.starts_with("conv")) {
            check_convolution(c);
        } else if (op.find("_pool") != std::string::npos) {
            check_pooling(c);
        } else if (op == "batch_norm") {
            check_batch_norm(c);
        } else if (op.starts_with("cross_entropy") && about["temperature"] == 1.0 && !about["class_weights"]) {
            check_cross_entropy(c);
        } else if (op == "group_norm" || op == "layer_norm_channels_of_NCHW") {
            check_sample_norm(c);
        } else if (op == "shortcut_option_A") {
            check_shortcut(c);
        } else {
            checked = before;
        }
    }
    CHECK(checked == 63);
}

}  // namespace espalier::nn
