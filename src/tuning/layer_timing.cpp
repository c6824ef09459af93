#include <utility>

#include <espalier/kernels/fused_gradients.hpp>
#include <espalier/kernels/scratch_product.hpp>
#include <espalier/tuning/layer_timing.hpp>

namespace espalier::tuning {
namespace {

using nn::Product;

void fill_rows(kernels::Activations<float>& activations, std::size_t features, std::size_t lanes) {
    activations.resize(features, lanes);
    const auto view = activations.view();
    for (std::size_t f = 0; f < features; ++f) fill(std::span(view.row(f), lanes));
}

}  // namespace

LayerTiming::LayerTiming(std::size_t outputs, std::size_t inputs, double density, SecondsClock clock)
    : clock_(std::move(clock)), weight_(random_pattern(outputs, inputs, density)) {
    fill(weight_.parameter().values);
}

Seconds LayerTiming::measure(Product product, std::size_t lanes, double seconds) {
    const Pattern& pattern = weight_.pattern();
    fill_rows(in_, pattern.cols(), lanes);
    fill_rows(out_, pattern.rows(), lanes);
    result_.resize(product == Product::gradients ? pattern.cols() : pattern.rows(), lanes);
    return by_turns([&] { run_sparse(product); }, [&] { run_dense(product); }, seconds, clock_);
}

void LayerTiming::run_sparse(Product product) {
    const auto in = std::as_const(in_).view();
    const auto out = std::as_const(out_).view();
    switch (product) {
        case Product::forward:
            return kernels::sparse_product<float>(weight_.matrix(), nullptr, in, result_.view());
        case Product::gradients:
            return kernels::fused_gradients<float>(weight_.transposed(), out, in, result_.view(),
                                                   weight_.parameter().gradient);
        case Product::weight_gradient:
            return kernels::sampled_product<float>(weight_.pattern().offsets(), weight_.pattern().indices(), out, in,
                                                   weight_.parameter().gradient);
    }
}

void LayerTiming::run_dense(Product product) {
    const auto in = std::as_const(in_).view();
    const auto out = std::as_const(out_).view();
    switch (product) {
        case Product::forward:
            return kernels::scratch_product<float>(weight_.matrix(), nullptr, in, result_.view());
        case Product::gradients:
            kernels::scratch_product<float>(weight_.transposed(), nullptr, out, result_.view());
            [[fallthrough]];
        case Product::weight_gradient:
            return kernels::scratch_sampled_product<float>(weight_.pattern().offsets(), weight_.pattern().indices(),
                                                           out, in, weight_.parameter().gradient);
    }
}

}  // namespace espalier::tuning
