#include <espalier/kernels/relu.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>

namespace espalier::nn {

template <class T>
void LeakyRelu<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    kernels::leaky_relu<T>(in.flat(), out.flat(), slope_);
}

template <class T>
void LeakyRelu<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                            kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data != nullptr) kernels::leaky_relu_gradient<T>(in.flat(), grad_out.flat(), grad_in.flat(), slope_);
}

template class LeakyRelu<float>;
template class LeakyRelu<double>;

}  // namespace espalier::nn
