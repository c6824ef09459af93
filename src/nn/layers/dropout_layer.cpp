#include <algorithm>

#include <espalier/kernels/dropout.hpp>
#include <espalier/nn/layers/dropout_layer.hpp>

namespace espalier::nn {

template <class T>
void Dropout<T>::scale(kernels::View<const T> from, kernels::View<T> to, const Pass& pass) const {
    if (pass.training && !pass.without_noise && rate_ > 0.0) {
        kernels::dropout<T>(from, to, rate_, Stream(pass.seed, Purpose::dropout, number_, pass.step),
                            {pass.part.first, pass.part.samples, layout_});
    } else if (from.data != to.data) {
        std::copy_n(from.data, from.elements(), to.data);
    }
}

template <class T>
void Dropout<T>::forward(kernels::View<const T> in, kernels::View<T> out, const Pass& pass) {
    scale(in, out, pass);
}

template <class T>
void Dropout<T>::backward(kernels::View<const T>, kernels::View<const T>, kernels::View<const T> grad_out,
                          kernels::View<T> grad_in, const Pass& pass) {
    if (grad_in.data != nullptr) scale(grad_out, grad_in, pass);
}

template class Dropout<float>;
template class Dropout<double>;

}  // namespace espalier::nn
