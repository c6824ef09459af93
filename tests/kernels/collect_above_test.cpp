#include <cmath>
#include <limits>

#include <espalier/kernels/collect_above.hpp>

#include "kernels/kernel_support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

template <class T>
void check(const std::vector<T>& numbers, T bound) {
    std::vector<std::uint32_t> places(numbers.size() + collect_slack);
    std::vector<T> sizes(numbers.size() + collect_slack);
    const std::size_t found = collect_above<T>(numbers, bound, places, sizes);
    std::size_t n = 0;
    for (std::size_t k = 0; k < numbers.size(); ++k) {
        const T size = std::abs(numbers[k]);
        if (size < bound) continue;
        REQUIRE(n < found);
        CHECK(places[n] == k);
        CHECK((sizes[n] == size || (std::isnan(sizes[n]) && std::isnan(size))));
        ++n;
    }
    CHECK(n == found);
}

}  // namespace

TEST_CASE("collect above: by definition, for every length, bound and instruction set", "[kernels]") {
    INFO(seed_text());
    const auto check_type = [](auto zero) {
        using T = decltype(zero);
        Stream stream = test_stream();
        for (const std::size_t length : {0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 100, 1000}) {
            std::vector<T> numbers;
            for (std::size_t k = 0; k < length; ++k) numbers.push_back(static_cast<T>(stream.below(21)) - T(10));
            for (const T bound : {T(0), T(1), T(5), T(10), T(11)}) check(numbers, bound);
            if (length == 0) continue;
            numbers[length / 2] = std::numeric_limits<T>::quiet_NaN();
            numbers[length - 1] = -std::numeric_limits<T>::infinity();
            check(numbers, T(5));
        }
    };
    for_each_instruction_set([&] { check_type(0.0F); });
    check_type(0.0);
}

}  // namespace espalier::kernels
