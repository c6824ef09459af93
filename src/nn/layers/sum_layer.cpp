#include <algorithm>

#include <espalier/kernels/add.hpp>
#include <espalier/nn/layers/sum_layer.hpp>

namespace espalier::nn {

template <class T>
void Sum<T>::forward_node(Inputs<T> in, kernels::View<T> out, Cache<T>&, const Pass&) {
    for (std::size_t k = 1; k < in.size(); ++k) {
        const kernels::View<const T> sum = k == 1 ? in[0] : kernels::View<const T>(out);
        kernels::add<T>(sum.flat(), in[k].flat(), out.flat(), k + 1 == in.size() ? slope_ : T(1));
    }
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
