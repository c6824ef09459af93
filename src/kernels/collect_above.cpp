#include <espalier/kernels/collect_above.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {

template <class T>
std::size_t collect_above(std::span<const T> numbers, T bound, std::span<std::uint32_t> places, std::span<T> sizes) {
    return simd<T>().collect_above(numbers.data(), numbers.size(), bound, places.data(), sizes.data());
}

template std::size_t collect_above(std::span<const float>, float, std::span<std::uint32_t>, std::span<float>);
template std::size_t collect_above(std::span<const double>, double, std::span<std::uint32_t>, std::span<double>);

}  // namespace espalier::kernels
