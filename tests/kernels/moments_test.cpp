#include <vector>

#include <espalier/kernels/moments.hpp>

#include "support.hpp"

namespace espalier::kernels {
using namespace testing;
namespace {

/// In two passes, in long double.
Moments slow_moments(const std::vector<double>& numbers, std::size_t begin, std::size_t end) {
    long double mean = 0.0L;
    for (std::size_t k = begin; k < end; ++k) mean += numbers[k];
    if (end > begin) mean /= static_cast<long double>(end - begin);
    long double squares = 0.0L;
    for (std::size_t k = begin; k < end; ++k) squares += (numbers[k] - mean) * (numbers[k] - mean);
    return {static_cast<double>(end - begin), static_cast<double>(mean), static_cast<double>(squares)};
}

}  // namespace

TEST_CASE("moments: joined parts are the moments of all, far from 0 too, whatever the sizes", "[kernels]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const double offset : {0.0, 1e3, -1e7}) {
        std::vector<double> numbers = random_values(257, stream);
        for (double& number : numbers) number += offset;
        const Moments all = slow_moments(numbers, 0, numbers.size());
        for (const std::size_t cut : {0U, 1U, 100U, 256U, 257U}) {
            const Moments both = joined(slow_moments(numbers, 0, cut), slow_moments(numbers, cut, numbers.size()));
            CHECK(both.count == all.count);
            CHECK(both.mean == Approx(all.mean).epsilon(1e-15).margin(1e-16));
            CHECK(both.squares == Approx(all.squares).epsilon(offset == 0.0 ? 1e-14 : 1e-7));
        }
    }
}

TEST_CASE("moments: of none nothing is added, of equal numbers nothing varies", "[kernels]") {
    const Moments some{3.0, 0.1, 0.25};
    for (const Moments& both : {joined(some, {}), joined({}, some)}) {
        CHECK(both.count == 3.0);
        CHECK(both.mean == 0.1);
        CHECK(both.squares == 0.25);
    }
    CHECK(joined({5.0, 0.7, 0.0}, {11.0, 0.7, 0.0}).squares == 0.0);
    CHECK(joined({5.0, 0.7, 0.0}, {11.0, 0.7, 0.0}).mean == 0.7);
}

}  // namespace espalier::kernels
