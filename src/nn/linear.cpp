#include <espalier/kernels/dense_product.hpp>
#include <espalier/kernels/sparse_product.hpp>
#include <espalier/nn/linear.hpp>

namespace espalier::nn {

template <class T>
Linear<T>::Linear(std::string name, Pattern pattern)
    : Layer<T>(std::move(name)), weight_(std::move(pattern)), bias_("bias", weight_.pattern().rows()) {}

template <class T>
void Linear<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    if (weight_.pattern().is_full()) {
        kernels::dense_forward<T>(weight_.parameter().values, bias_.values.data(), in, out);
    } else {
        kernels::sparse_product<T>(weight_.matrix(), bias_.values.data(), in, out);
    }
}

template <class T>
void Linear<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                         kernels::View<T> grad_in, const Pass&) {
    const Pattern& pattern = weight_.pattern();
    Parameter<T>& values = weight_.parameter();
    kernels::sum_lanes<T>(grad_out, bias_.gradient);
    if (pattern.is_full()) {
        kernels::dense_weight_gradient<T>(grad_out, in, 0, pattern.rows(), values.gradient);
        if (grad_in.data != nullptr) kernels::dense_input_gradient<T>(values.values, grad_out, grad_in);
    } else {
        kernels::sampled_product<T>(pattern.offsets(), pattern.indices(), grad_out, in, values.gradient);
        if (grad_in.data != nullptr) kernels::sparse_product<T>(weight_.transposed(), nullptr, grad_out, grad_in);
    }
}

template class Linear<float>;
template class Linear<double>;

}  // namespace espalier::nn
