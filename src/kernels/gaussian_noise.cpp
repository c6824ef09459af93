#include <array>
#include <cmath>
#include <numbers>

#include <espalier/kernels/gaussian_noise.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {
namespace {

constexpr std::size_t lanes_a_block = 4;
constexpr double word_range = 4294967296.0;

/// Four normal numbers from the four words of a block.
template <class T>
std::array<T, lanes_a_block> normal_numbers(const std::array<std::uint32_t, 4>& words) {
    std::array<T, lanes_a_block> normal;
    for (std::size_t pair = 0; pair < 2; ++pair) {
        const auto share = static_cast<T>((static_cast<double>(words[2 * pair]) + 0.5) / word_range);  // above 0
        const auto angle = static_cast<T>(2.0 * std::numbers::pi / word_range * words[2 * pair + 1]);
        const T radius = std::sqrt(T(-2) * std::log(share));
        normal[2 * pair] = radius * std::cos(angle);
        normal[2 * pair + 1] = radius * std::sin(angle);
    }
    return normal;
}

}  // namespace

template <class T>
void add_gaussian_noise(View<const T> in, View<T> out, double deviation, const Stream& stream) {
    const auto scale = static_cast<T>(deviation);
    const std::size_t blocks = in.stride / lanes_a_block;
    for_equal_rows(in.features, in.stride * 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const T* from = in.row(f);
            T* to = out.row(f);
            for (std::size_t lane = 0; lane < in.lanes; lane += lanes_a_block) {
                const auto block = static_cast<std::uint32_t>(f * blocks + lane / lanes_a_block);
                const auto normal = normal_numbers<T>(stream.at(block));
                const std::size_t count = std::min(lanes_a_block, in.lanes - lane);
                for (std::size_t k = 0; k < count; ++k) to[lane + k] = from[lane + k] + scale * normal[k];
            }
            std::fill(to + in.lanes, to + in.stride, T(0));
        }
    });
}

template void add_gaussian_noise(View<const float>, View<float>, double, const Stream&);
template void add_gaussian_noise(View<const double>, View<double>, double, const Stream&);

}  // namespace espalier::kernels
