#include <cmath>

#include <espalier/kernels/dropout.hpp>
#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void dropout(View<const T> in, View<T> out, double rate, const Stream& stream, const BatchLanes& lanes) {
    const auto threshold = static_cast<std::uint32_t>(std::llround(rate * 4294967295.0));
    const auto scale = static_cast<T>(1.0 / (1.0 - rate));
    for_random_words(in, out, stream, lanes, true, [&](View<const T> from, View<T> to, const RandomWords& words) {
        for_equal_rows(from.features, from.stride * 8, [&](std::size_t begin, std::size_t end) {
            simd<T>().scale_by_mask(raw(from), raw(to), words, threshold, scale, begin, end);
        });
    });
}

template void dropout(View<const float>, View<float>, double, const Stream&, const BatchLanes&);
template void dropout(View<const double>, View<double>, double, const Stream&, const BatchLanes&);

}  // namespace espalier::kernels
