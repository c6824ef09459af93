#include <espalier/kernels/images/scratch_convolution.hpp>
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

/// A convolution of sequences has no rows, one of single pixels has the weight of a linear layer.
std::vector<std::size_t> weight_sides(const std::string& kind, const kernels::ConvolutionShape& shape) {
    std::vector<std::size_t> sides{shape.out.channels, shape.inputs_of_group()};
    if (kind == "pixel_linear") return sides;
    if (kind != "conv1d") sides.push_back(shape.window.rows.kernel);
    sides.push_back(shape.window.cols.kernel);
    return sides;
}

}  // namespace

template <class T>
Convolution<T>::Convolution(std::string name, std::string kind, const kernels::ConvolutionShape& shape, Pattern pattern,
                            bool has_bias, Execution execution)
    : WeightedLayer<T>(std::move(name), MaskedWeight<T>(std::move(pattern), weight_sides(kind, shape)), has_bias),
      kind_(std::move(kind)),
      shape_(shape),
      execution_(std::move(execution)) {}

/// Of a pattern that is not full: whether it goes by scratch. Grouped channels share too little for that.
template <class T>
bool Convolution<T>::is_dense(ConvolutionProduct product, const Pattern& pattern) const {
    if (pattern.is_full() || shape_.groups > 1) return false;
    const bool reads_outputs = product == ConvolutionProduct::input_gradient;
    return execution_.is_dense(product, pattern, (reads_outputs ? shape_.out : shape_.in).channels,
                               shape_.out.pixels());
}

template <class T>
void Convolution<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    const T* bias = this->bias_values();
    if (is_dense(ConvolutionProduct::forward, weight_.pattern())) {
        kernels::scratch_convolve<T>(shape_, weight_.matrix(), bias, in, out, output_slope_);
    } else {
        kernels::convolve<T>(shape_, matrix_of(weight_), bias, in, out, output_slope_);
    }
}

template <class T>
void Convolution<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                              kernels::View<T> grad_in, const Pass& pass) {
    gradients(in, grad_out, grad_in, false, pass.gradient_slot);
}

template <class T>
void Convolution<T>::backward_adding(Inputs<T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                                     InputGradients<T> grad_in, const Cache<T>&, const Pass& pass) {
    gradients(in[0], grad_out, grad_in[0], true, pass.gradient_slot);
}

template <class T>
void Convolution<T>::gradients(kernels::View<const T> in, kernels::View<const T> grad_out, kernels::View<T> grad_in,
                               bool adds, std::size_t slot) {
    const Pattern& pattern = weight_.pattern();
    if (!bias_.values.empty()) kernels::sum_channels<T>(shape_.out, grad_out, bias_.gradient_of(slot));
    gradient_at(in, grad_out, pattern, weight_.parameter().gradient_of(slot), GradientWay::as_trained);
    if (grad_in.data == nullptr) return;
    if (is_dense(ConvolutionProduct::input_gradient, pattern)) {
        kernels::scratch_convolve_gradient<T>(shape_, weight_.matrix(), grad_out, grad_in, adds);
    } else {
        kernels::convolve_gradient<T>(shape_, pattern.is_full() ? matrix_of(weight_) : weight_.transposed(), grad_out,
                                      grad_in, adds);
    }
}

template <class T>
void Convolution<T>::gradient_rows(kernels::View<const T> in, kernels::View<const T> grad_out, std::size_t first,
                                   std::size_t count, std::span<T> out) const {
    kernels::convolution_weight_gradient<T>(shape_, {}, {}, first, count, grad_out, in, out);
}

template <class T>
void Convolution<T>::gradient_at(kernels::View<const T> in, kernels::View<const T> grad_out, const Pattern& where,
                                 std::span<T> out, GradientWay way) const {
    if (way == GradientWay::as_trained && is_dense(ConvolutionProduct::weight_gradient, where)) {
        kernels::scratch_weight_gradient<T>(shape_, where.offsets(), where.indices(), grad_out, in, out);
    } else {
        kernels::convolution_weight_gradient<T>(shape_, where.offsets(), where.indices(), 0, where.rows(), grad_out, in,
                                                out);
    }
}

template class Convolution<float>;
template class Convolution<double>;

}  // namespace espalier::nn
