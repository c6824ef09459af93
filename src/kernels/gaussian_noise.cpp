#include <espalier/kernels/gaussian_noise.hpp>
#include <espalier/kernels/raw.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {

template <class T>
void add_gaussian_noise(View<const T> in, View<T> out, double deviation, const Stream& stream) {
    for_equal_rows(in.features, in.stride * 8, [&](std::size_t begin, std::size_t end) {
        simd<T>().add_gaussian_noise(raw(in), raw(out), stream.key().data(), stream.counter().data(),
                                     static_cast<T>(deviation), begin, end);
    });
}

template void add_gaussian_noise(View<const float>, View<float>, double, const Stream&);
template void add_gaussian_noise(View<const double>, View<double>, double, const Stream&);

}  // namespace espalier::kernels
