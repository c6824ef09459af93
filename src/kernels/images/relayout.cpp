#include <algorithm>

#include <espalier/kernels/images/relayout.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void relayout(View<const T> from, View<T> to) {
    for_equal_rows(from.features, padded_lanes(from.lanes), [&](std::size_t begin, std::size_t end) {
        const std::size_t unit = std::min(from.stride, to.stride);
        for (std::size_t lane = 0; lane < padded_lanes(from.lanes); lane += unit) {
            const T* const source = from.data + lane / from.stride * from.features * from.stride + lane % from.stride;
            T* const target = to.data + lane / to.stride * to.features * to.stride + lane % to.stride;
            for (std::size_t f = begin; f < end; ++f)
                std::copy_n(source + f * from.stride, unit, target + f * to.stride);
        }
    });
}

template void relayout(View<const float>, View<float>);
template void relayout(View<const double>, View<double>);

}  // namespace espalier::kernels
