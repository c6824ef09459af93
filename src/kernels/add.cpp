#include <espalier/kernels/add.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void add(View<const T> a, View<const T> b, View<T> out) {
    for_equal_rows(a.features, a.stride, [&](std::size_t begin, std::size_t end) {
        const T* left = a.row(begin);  // tails are zero, and stay so
        const T* right = b.row(begin);
        T* sum = out.row(begin);
        const std::size_t count = (end - begin) * a.stride;
        for (std::size_t k = 0; k < count; ++k) sum[k] = left[k] + right[k];
    });
}

template void add(View<const float>, View<const float>, View<float>);
template void add(View<const double>, View<const double>, View<double>);

}  // namespace espalier::kernels
