#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <espalier/base/random/random.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/masks/nested_masks.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

/// The first `count` positions by (magnitude descending, position ascending), ascending.
std::vector<std::uint64_t> sorted_best(const std::vector<float>& values, std::size_t count) {
    std::vector<std::uint64_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(
        order, [&](std::uint64_t a, std::uint64_t b) { return std::abs(values[a]) > std::abs(values[b]); });
    order.resize(count);
    std::ranges::sort(order);
    return order;
}

}  // namespace

TEST_CASE("nested masks: the picture", "[sparsity][topkast]") {
    // |values|:  5 1 3      A = the two largest, B = the four largest; of the three 3s the first two are in B.
    //            3 0 3
    const std::vector<float> values = {-5, 1, 3, -3, 0, 3};
    const NestedMasks masks = nested_masks(2, 3, values, 2, 3, "a weight");
    CHECK(masks.inner.flat() == std::vector<std::uint64_t>{0, 2});
    CHECK(masks.ring.flat() == std::vector<std::uint64_t>{3});
}

TEST_CASE("nested masks: as sorting has it, with ties, for any number of threads", "[sparsity][topkast]") {
    const std::uint64_t seed = 11;
    INFO("seed " << seed);
    Stream stream(seed, Purpose::weight_init, 0);
    const std::size_t rows = 150;
    const std::size_t cols = 270;
    std::vector<float> values(rows * cols);
    // Few different numbers: many ties, both signs, both zeros.
    for (float& value : values) value = 0.25F * static_cast<float>(static_cast<int>(stream() % 41U) - 20);
    for (const auto& [inner, outer] : std::vector<std::pair<std::size_t, std::size_t>>{
             {0, 0}, {0, 7}, {1, 1}, {2025, 20250}, {2025, 2025}, {40000, 40500}, {40500, 40500}, {0, 40500}}) {
        INFO(inner << " of " << outer);
        for (const int threads : {1, 3}) {
            set_threads(threads);
            const NestedMasks masks = nested_masks(rows, cols, values, inner, outer, "a weight");
            CHECK((masks.inner.flat() == sorted_best(values, inner)));
            CHECK((disjoint_union(masks.inner, masks.ring).flat() == sorted_best(values, outer)));
            CHECK_FALSE(masks.ring.is_full());
        }
    }
    set_threads(1);
}

TEST_CASE("nested masks: what is no number is named", "[sparsity][topkast]") {
    const std::vector<float> values = {1, std::numeric_limits<float>::quiet_NaN()};
    CHECK_THROWS_WITH(nested_masks(1, 2, values, 1, 1, "layer fc1: a weight"), Contains("layer fc1: a weight"));
}

}  // namespace espalier::sparsity
