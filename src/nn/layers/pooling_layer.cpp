#include <espalier/nn/layers/pooling_layer.hpp>

namespace espalier::nn {

template <class T>
void PoolingLayer<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass&) {
    if (what_ == PoolingOf::maximum) {
        kernels::max_pool<T>(pooling_, in, out);
    } else {
        kernels::average_pool<T>(pooling_, in, out);
    }
}

template <class T>
void PoolingLayer<T>::backward(kernels::View<const T> in, kernels::View<const T> out, kernels::View<const T> grad_out,
                               kernels::View<T> grad_in, const Pass&) {
    if (grad_in.data == nullptr) return;
    if (what_ == PoolingOf::maximum) {
        kernels::max_pool_gradient<T>(pooling_, in, out, grad_out, grad_in);
    } else {
        kernels::average_pool_gradient<T>(pooling_, grad_out, grad_in);
    }
}

template class PoolingLayer<float>;
template class PoolingLayer<double>;

}  // namespace espalier::nn
