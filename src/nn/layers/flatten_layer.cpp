#include <espalier/kernels/images/relayout.hpp>
#include <espalier/nn/layers/flatten_layer.hpp>

namespace espalier::nn {

template <class T>
void Flatten<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    kernels::blocks_to_rows<T>(image_, in, out);
}

template <class T>
void Flatten<T>::backward(kernels::View<const T>, kernels::View<const T>, kernels::View<const T> grad_out,
                          kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data != nullptr) kernels::rows_to_blocks<T>(image_, grad_out, grad_in);
}

template class Flatten<float>;
template class Flatten<double>;

}  // namespace espalier::nn
