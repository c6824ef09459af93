#include <espalier/nn/layers/convolution.hpp>

namespace espalier::nn {
namespace {

/// Of a full pattern its values alone.
template <class T>
kernels::SparseMatrix<T> matrix_of(const MaskedWeight<T>& weight) {
    const Pattern& pattern = weight.pattern();
    if (!pattern.is_full()) return weight.matrix();
    return {pattern.rows(), pattern.cols(), {}, {}, {}, weight.parameter().values};
}

/// A convolution of sequences has no rows.
std::vector<std::size_t> weight_sides(const std::string& kind, const kernels::ConvolutionShape& shape) {
    std::vector<std::size_t> sides{shape.out.channels, shape.inputs_of_group()};
    if (kind != "conv1d") sides.push_back(shape.window.rows.kernel);
    sides.push_back(shape.window.cols.kernel);
    return sides;
}

}  // namespace

template <class T>
Convolution<T>::Convolution(std::string name, std::string kind, const kernels::ConvolutionShape& shape, Pattern pattern,
                            bool has_bias)
    : UnaryLayer<T>(std::move(name)),
      kind_(std::move(kind)),
      shape_(shape),
      weight_(std::move(pattern), weight_sides(kind_, shape)),
      bias_("bias", Role::bias, has_bias ? shape.out.channels : 0) {}

template <class T>
void Convolution<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    const T* bias = bias_.values.empty() ? nullptr : bias_.values.data();
    kernels::convolve<T>(shape_, matrix_of(weight_), bias, in, out);
}

template <class T>
void Convolution<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                              kernels::View<T> grad_in, const Pass&) {
    gradients(in, grad_out, grad_in, false);
}

template <class T>
void Convolution<T>::backward_adding(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                     InputGradients<T> grad_in, const Cache<T>&, const Pass&) {
    gradients(in[0], grad_out, grad_in[0], true);
}

template <class T>
void Convolution<T>::gradients(kernels::View<const T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                               bool adds) {
    const Pattern& pattern = weight_.pattern();
    if (!bias_.values.empty()) kernels::sum_channels<T>(shape_.out, grad_out, bias_.gradient);
    kernels::convolution_weight_gradient<T>(shape_, pattern.offsets(), pattern.indices(), 0, pattern.rows(), grad_out,
                                            in, weight_.parameter().gradient);
    if (grad_in.data == nullptr) return;
    kernels::convolve_gradient<T>(shape_, pattern.is_full() ? matrix_of(weight_) : weight_.transposed(), grad_out,
                                  grad_in, adds);
}

template <class T>
void Convolution<T>::gradient_rows(kernels::View<const T> in, kernels::View<const T> grad_out, std::size_t first,
                                   std::size_t count, std::span<T> out) const {
    kernels::convolution_weight_gradient<T>(shape_, {}, {}, first, count, grad_out, in, out);
}

template <class T>
void Convolution<T>::gradient_at(kernels::View<const T> in, kernels::View<const T> grad_out, const Pattern& where,
                                 std::span<T> out, GradientWay) const {
    kernels::convolution_weight_gradient<T>(shape_, where.offsets(), where.indices(), 0, where.rows(), grad_out, in,
                                            out);
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace espalier::nn
