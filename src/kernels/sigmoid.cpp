#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/sigmoid.hpp>

namespace espalier::kernels {

template <class T>
void sigmoid(View<const T> in, View<T> out) {
    for_equal_rows(in.features, in.stride,
                   [&](std::size_t begin, std::size_t end) { simd<T>().sigmoid(raw(in), raw(out), begin, end); });
}

template <class T>
void sigmoid_gradient(View<const T> in, View<const T> grad_out, View<T> grad_in) {
    for_equal_rows(in.features, in.stride, [&](std::size_t begin, std::size_t end) {
        simd<T>().sigmoid_gradient(raw(in), raw(grad_out), raw(grad_in), begin, end);
    });
}

template void sigmoid(View<const float>, View<float>);
template void sigmoid(View<const double>, View<double>);
template void sigmoid_gradient(View<const float>, View<const float>, View<float>);
template void sigmoid_gradient(View<const double>, View<const double>, View<double>);

}  // namespace espalier::kernels
