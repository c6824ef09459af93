#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/fused_gradients.hpp>
#include <espalier/kernels/relu.hpp>
#include <espalier/kernels/scratch_product.hpp>
#include <espalier/kernels/sparse_product.hpp>
#include <espalier/nn/layers/linear.hpp>

namespace espalier::nn {

template <class T>
Linear<T>::Linear(std::string name, Pattern pattern, Execution execution, bool has_bias)
    : WeightedLayer<T>(std::move(name), MaskedWeight<T>(std::move(pattern)), has_bias),
      execution_(std::move(execution)) {}

template <class T>
Linear<T>::Linear(std::string name, MaskedWeight<T> weight, bool has_bias)
    : WeightedLayer<T>(std::move(name), std::move(weight), has_bias) {}

template <class T>
void Linear<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    const Pattern& pattern = weight_.pattern();
    const T* bias = this->bias_values();
    if (!execution_.is_dense(Product::forward, pattern, in.lanes)) {
        kernels::sparse_product<T>(weight_.matrix(), bias, in, out, output_slope_);
        return;
    }
    if (pattern.is_full()) {
        kernels::dense_forward<T>(weight_.parameter().values, bias, in, out);
    } else {
        kernels::scratch_product<T>(weight_.matrix(), bias, in, out);
    }
    if (output_slope_ != T(1)) kernels::leaky_relu<T>(out, out, output_slope_);
}

template <class T>
void Linear<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                         kernels::View<T> grad_in, const Pass& pass) {
    if (!bias_.values.empty()) kernels::sum_lanes<T>(grad_out, bias_.gradient_of(pass.gradient_slot));
    const std::span<T> gradient = weight_.parameter().gradient_of(pass.gradient_slot);
    if (grad_in.data == nullptr) {
        weight_gradient(in, grad_out, gradient);
    } else if (execution_.is_dense(Product::gradients, weight_.pattern(), in.lanes)) {
        dense_gradients(in, grad_out, grad_in, gradient);
    } else {
        kernels::fused_gradients<T>(weight_.transposed(), grad_out, in, grad_in, gradient, input_slope_);
    }
}

/// Alone, as the first layer of a network needs it.
template <class T>
void Linear<T>::weight_gradient(kernels::View<const T> in, kernels::View<const T> grad_out,
                                std::span<T> gradient) const {
    const Pattern& pattern = weight_.pattern();
    if (pattern.is_full()) {
        gradient_rows(in, grad_out, 0, pattern.rows(), gradient);
    } else {
        gradient_at(in, grad_out, pattern, gradient, GradientWay::as_trained);
    }
}

template <class T>
void Linear<T>::gradient_rows(kernels::View<const T> in, kernels::View<const T> grad_out, std::size_t first,
                              std::size_t count, std::span<T> out) const {
    kernels::dense_weight_gradient<T>(grad_out, in, first, count, out);
}

template <class T>
void Linear<T>::gradient_at(kernels::View<const T> in, kernels::View<const T> grad_out, const Pattern& where,
                            std::span<T> out, GradientWay way) const {
    if (way == GradientWay::as_trained && execution_.is_dense(Product::weight_gradient, where, in.lanes)) {
        kernels::scratch_sampled_product<T>(where.offsets(), where.indices(), grad_out, in, out);
    } else {
        kernels::sampled_product<T>(where.offsets(), where.indices(), grad_out, in, out);
    }
}

template <class T>
void Linear<T>::dense_gradients(kernels::View<const T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                                std::span<T> gradient) const {
    const Pattern& pattern = weight_.pattern();
    if (pattern.is_full()) {
        kernels::dense_weight_gradient<T>(grad_out, in, 0, pattern.rows(), gradient);
        kernels::dense_input_gradient<T>(weight_.parameter().values, grad_out, grad_in);
    } else {
        kernels::scratch_sampled_product<T>(pattern.offsets(), pattern.indices(), grad_out, in, gradient);
        kernels::scratch_product<T>(weight_.transposed(), nullptr, grad_out, grad_in);
    }
    if (input_slope_ != T(1)) kernels::leaky_relu_gradient<T>(in, grad_in, grad_in, input_slope_);
}

template class Linear<float>;
template class Linear<double>;

}  // namespace espalier::nn
