#include <espalier/kernels/gaussian_noise.hpp>
#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void add_gaussian_noise(View<const T> in, View<T> out, double deviation, const Stream& stream,
                        const BatchLanes& lanes) {
    for_random_words(in, out, stream, lanes, false, [&](View<const T> from, View<T> to, const RandomWords& words) {
        for_equal_rows(from.features, from.stride * 8, [&](std::size_t begin, std::size_t end) {
            simd<T>().add_gaussian_noise(raw(from), raw(to), words, static_cast<T>(deviation), begin, end);
        });
    });
}

template void add_gaussian_noise(View<const float>, View<float>, double, const Stream&, const BatchLanes&);
template void add_gaussian_noise(View<const double>, View<double>, double, const Stream&, const BatchLanes&);

}  // namespace espalier::kernels
