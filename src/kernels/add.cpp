#include <espalier/kernels/add.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

template <class T>
void add(View<const T> a, View<const T> b, View<T> out, T slope) {
    for_equal_rows(a.features, a.stride, [&](std::size_t begin, std::size_t end) {
        const T* left = a.row(begin);  // tails are zero, and stay so
        const T* right = b.row(begin);
        T* sum = out.row(begin);
        const std::size_t count = (end - begin) * a.stride;
        simd<T>().add_leaky(left, right, sum, count, slope);
    });
}

template void add(View<const float>, View<const float>, View<float>, float);
template void add(View<const double>, View<const double>, View<double>, double);

}  // namespace espalier::kernels
