#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/relu.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void leaky_relu(View<const T> in, View<T> out, T slope) {
    for_equal_rows(in.features, in.stride, [&](std::size_t begin, std::size_t end) {
        simd<T>().leaky_relu(raw(in), raw(out), slope, begin, end);
    });
}

template <class T>
void leaky_relu_gradient(View<const T> sign, View<const T> grad_out, View<T> grad_in, T slope) {
    for_equal_rows(sign.features, sign.stride, [&](std::size_t begin, std::size_t end) {
        simd<T>().leaky_relu_gradient(raw(sign), raw(grad_out), raw(grad_in), slope, begin, end);
    });
}

template void leaky_relu(View<const float>, View<float>, float);
template void leaky_relu(View<const double>, View<double>, double);
template void leaky_relu_gradient(View<const float>, View<const float>, View<float>, float);
template void leaky_relu_gradient(View<const double>, View<const double>, View<double>, double);

}  // namespace espalier::kernels
