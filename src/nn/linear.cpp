#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/scratch_product.hpp>
#include <espalier/kernels/sparse_product.hpp>
#include <espalier/nn/linear.hpp>

namespace espalier::nn {

template <class T>
Linear<T>::Linear(std::string name, Pattern pattern, Execution execution)
    : Layer<T>(std::move(name)),
      weight_(std::move(pattern)),
      bias_("bias", weight_.pattern().rows()),
      execution_(std::move(execution)) {}

template <class T>
void Linear<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    const Pattern& pattern = weight_.pattern();
    const T* bias = bias_.values.data();
    if (pattern.is_full()) {
        kernels::dense_forward<T>(weight_.parameter().values, bias, in, out);
    } else if (execution_.is_dense(Product::forward, pattern, in.lanes)) {
        kernels::scratch_product<T>(weight_.matrix(), bias, in, out);
    } else {
        kernels::sparse_product<T>(weight_.matrix(), bias, in, out);
    }
}

template <class T>
void Linear<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                         kernels::View<T> grad_in, const Pass&) {
    kernels::sum_lanes<T>(grad_out, bias_.gradient);
    weight_gradient(in, grad_out);
    if (grad_in.data != nullptr) input_gradient(grad_out, grad_in);
}

template <class T>
void Linear<T>::weight_gradient(kernels::View<const T> in, kernels::View<const T> grad_out) {
    const Pattern& pattern = weight_.pattern();
    std::span<T> gradient = weight_.parameter().gradient;
    if (pattern.is_full()) {
        kernels::dense_weight_gradient<T>(grad_out, in, 0, pattern.rows(), gradient);
    } else if (execution_.is_dense(Product::weight_gradient, pattern, in.lanes)) {
        kernels::scratch_sampled_product<T>(pattern.offsets(), pattern.indices(), grad_out, in, gradient);
    } else {
        kernels::sampled_product<T>(pattern.offsets(), pattern.indices(), grad_out, in, gradient);
    }
}

template <class T>
void Linear<T>::input_gradient(kernels::View<const T> grad_out, kernels::View<T> grad_in) {
    const Pattern& pattern = weight_.pattern();
    if (pattern.is_full()) {
        kernels::dense_input_gradient<T>(weight_.parameter().values, grad_out, grad_in);
    } else if (execution_.is_dense(Product::input_gradient, pattern, grad_out.lanes)) {
        kernels::scratch_product<T>(weight_.transposed(), nullptr, grad_out, grad_in);
    } else {
        kernels::sparse_product<T>(weight_.transposed(), nullptr, grad_out, grad_in);
    }
}

template class Linear<float>;
template class Linear<double>;

}  // namespace espalier::nn
