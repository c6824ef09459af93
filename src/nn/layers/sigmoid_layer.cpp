#include <espalier/kernels/sigmoid.hpp>
#include <espalier/nn/layers/sigmoid_layer.hpp>

namespace espalier::nn {

template <class T>
void Sigmoid<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    kernels::sigmoid<T>(in, out);
}

template <class T>
void Sigmoid<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                          kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data != nullptr) kernels::sigmoid_gradient<T>(in, grad_out, grad_in);
}

template class Sigmoid<float>;
template class Sigmoid<double>;

}  // namespace espalier::nn
