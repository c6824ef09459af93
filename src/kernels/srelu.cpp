#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/srelu.hpp>

namespace espalier::kernels {

template <class T>
void srelu(View<const T> in, View<T> out, SreluArrays<const T> parameters) {
    for_equal_rows(in.features, in.stride, [&](std::size_t begin, std::size_t end) {
        simd<T>().srelu(raw(in), raw(out), parameters, begin, end);
    });
}

template <class T>
void srelu_gradient(View<const T> in, View<const T> grad_out, View<T> grad_in, SreluArrays<const T> parameters,
                    SreluArrays<T> gradients) {
    for_equal_rows(in.features, in.stride, [&](std::size_t begin, std::size_t end) {
        simd<T>().srelu_gradient(raw(in), raw(grad_out), raw(grad_in), parameters, gradients, begin, end);
    });
}

template void srelu(View<const float>, View<float>, SreluArrays<const float>);
template void srelu(View<const double>, View<double>, SreluArrays<const double>);
template void srelu_gradient(View<const float>, View<const float>, View<float>, SreluArrays<const float>,
                             SreluArrays<float>);
template void srelu_gradient(View<const double>, View<const double>, View<double>, SreluArrays<const double>,
                             SreluArrays<double>);

}  // namespace espalier::kernels
