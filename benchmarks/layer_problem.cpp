#include <cmath>
#include <memory>

#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/fused_gradients.hpp>
#include <espalier/kernels/sparse_product.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>

#include "layer_problem.hpp"

namespace espalier::benchmarks {
namespace {

float uniform(Stream& stream) {
    return static_cast<float>(stream()) * (2.0F / 4294967296.0F) - 1.0F;
}

Stream data_stream(std::uint32_t number) {
    return {1, Purpose::test, number};
}

}  // namespace

kernels::Activations<float> random_activations(std::size_t features, std::size_t lanes, Stream& stream) {
    kernels::Activations<float> activations(features, lanes);
    const auto view = activations.view();
    for (std::size_t feature = 0; feature < features; ++feature) {
        for (std::size_t lane = 0; lane < lanes; ++lane) view.row(feature)[lane] = uniform(stream);
    }
    return activations;
}

Pattern random_pattern(std::size_t rows, std::size_t cols, double density, std::uint32_t number) {
    Stream stream(1, Purpose::mask_init, number);
    const auto kept = static_cast<std::size_t>(std::llround(density * static_cast<double>(rows * cols)));
    return sparsity::random_mask(rows, cols, kept, stream);
}

LayerProblem::LayerProblem(const LayerSize& size)
    : weight(random_pattern(size.rows, size.cols, size.density)),
      out(size.rows, size.lanes),
      grad_in(size.cols, size.lanes),
      size_(size) {
    Stream stream = data_stream(0);
    in = random_activations(size.cols, size.lanes, stream);
    grad_out = random_activations(size.rows, size.lanes, stream);
    for (float& value : weight.parameter().values) value = uniform(stream);
}

void LayerProblem::forward() {
    if (weight.pattern().is_full()) {
        kernels::dense_forward<float>(weight.parameter().values, nullptr, in.view(), out.view());
    } else {
        kernels::sparse_product<float>(weight.matrix(), nullptr, in.view(), out.view());
    }
}

void LayerProblem::input_gradient() {
    if (weight.pattern().is_full()) {
        kernels::dense_input_gradient<float>(weight.parameter().values, grad_out.view(), grad_in.view());
    } else {
        kernels::sparse_product<float>(weight.transposed(), nullptr, grad_out.view(), grad_in.view());
    }
}

void LayerProblem::weight_gradient() {
    const Pattern& pattern = weight.pattern();
    if (pattern.is_full()) {
        kernels::dense_weight_gradient<float>(grad_out.view(), in.view(), 0, pattern.rows(),
                                              weight.parameter().gradient);
    } else {
        kernels::sampled_product<float>(pattern.offsets(), pattern.indices(), grad_out.view(), in.view(),
                                        weight.parameter().gradient);
    }
}

void LayerProblem::both_gradients() {
    kernels::fused_gradients<float>(weight.transposed(), grad_out.view(), in.view(), grad_in.view(),
                                    weight.parameter().gradient, 1.0F);
}

LayerProblem& layer_problem(const LayerSize& size) {
    static std::unique_ptr<LayerProblem> last;
    if (!last || !(last->size() == size)) {
        last.reset();  // two at once might not fit
        last = std::make_unique<LayerProblem>(size);
    }
    return *last;
}

}  // namespace espalier::benchmarks
