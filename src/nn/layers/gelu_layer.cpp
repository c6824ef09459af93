#include <espalier/kernels/gelu.hpp>
#include <espalier/nn/layers/gelu_layer.hpp>

namespace espalier::nn {

template <class T>
void Gelu<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    kernels::gelu<T>(in.flat(), out.flat());
}

template <class T>
void Gelu<T>::backward(kernels::View<const T> in, kernels::View<const T>, kernels::View<const T> grad_out,
                       kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data != nullptr) kernels::gelu_gradient<T>(in.flat(), grad_out.flat(), grad_in.flat());
}

template class Gelu<float>;
template class Gelu<double>;

}  // namespace espalier::nn
