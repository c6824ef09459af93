#include <memory>

#include <espalier/kernels/collect_above.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

struct Numbers {
    std::vector<float> numbers, sizes;
    std::vector<std::uint32_t> places;

    explicit Numbers(std::size_t count)
        : sizes(count + kernels::collect_slack), places(count + kernels::collect_slack) {
        Stream stream(1, Purpose::test, 3);
        for (std::size_t k = 0; k < count; ++k) numbers.push_back(static_cast<float>(stream()) / 0x1p32F);
    }
};

/// As growth uses it: most of a block of scores lies below the bound, a hundredth passes.
const bool registered = [] {
    for (const std::size_t count : {std::size_t{65'536}, std::size_t{1'000'000}}) {
        measure(
            "collect_above/numbers:" + std::to_string(count), 1,
            [=] {
                auto data = std::make_shared<Numbers>(count);
                return [data] {
                    benchmark::DoNotOptimize(
                        kernels::collect_above<float>(data->numbers, 0.99F, data->places, data->sizes));
                };
            },
            [=] {
                const auto numbers = static_cast<double>(count);
                return Work{numbers, 4 * numbers, 0.0};
            });
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
