#include <algorithm>

#include <espalier/kernels/add.hpp>
#include <espalier/nn/layers/sum_layer.hpp>

namespace espalier::nn {

template <class T>
void Sum<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>&, const Pass&) {
    kernels::add<T>(in[0].flat(), in[1].flat(), out.flat());
    for (std::size_t k = 2; k < in.size(); ++k) kernels::add<T>(out.flat(), in[k].flat(), out.flat());
}

template <class T>
void Sum<T>::backward_node(Inputs<T>, kernels::View<const T>, kernels::View<const T> grad_out,
                           InputGradients<T> grad_in, const Cache<T>&, const Pass&) {
    for (const kernels::View<T>& gradient : grad_in) {
        if (gradient.data == nullptr || gradient.data == grad_out.data) continue;
        std::copy(grad_out.data, grad_out.data + grad_out.elements(), gradient.data);
    }
}

template class Sum<float>;
template class Sum<double>;

}  // namespace espalier::nn
