#include <algorithm>
#include <cmath>

#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/update/importance.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("importance: a straight line between the two nearest ranks, as numpy.percentile", "[sparsity]") {
    // numpy.percentile([15, 20, 35, 40, 50], q)
    const std::vector<double> values{35, 20, 15, 50, 40};
    CHECK(percentile(values, 0) == 15.0);
    CHECK(percentile(values, 20) == Approx(19.0));
    CHECK(percentile(values, 40) == Approx(29.0));
    CHECK(percentile(values, 50) == 35.0);
    CHECK(percentile(values, 95) == Approx(48.0));
    CHECK(percentile(values, 100) == 50.0);
    CHECK(percentile({7.0}, 20) == 7.0);
}

TEST_CASE("importance: sums of absolute incoming weights, empty neurons counted", "[sparsity]") {
    const Pattern mask = pattern({{1, 1, 0}, {0, 0, 0}, {0, 1, 1}, {1, 0, 0}, {1, 1, 1}});
    const std::vector<float> values{0.5F, -0.25F, 1.0F, -1.0F, -0.125F, 1.0F, 2.0F, 3.0F};
    CHECK(importance(mask, values) == std::vector<double>{0.75, 0.0, 2.0, 0.125, 6.0});
    // sorted 0, 0.125, 0.75, 2, 6: the 20th percentile is 0.1, the 25th 0.125 itself
    CHECK(unimportant(mask, values, 20) == std::vector<std::uint8_t>{0, 1, 0, 0, 0});
    CHECK(unimportant(mask, values, 25) == std::vector<std::uint8_t>{0, 1, 0, 1, 0});
    CHECK(unimportant(mask, values, 30) == std::vector<std::uint8_t>{0, 1, 0, 1, 0});
}

TEST_CASE("importance: never all neurons of a layer", "[sparsity]") {
    const Pattern mask = pattern({{1}, {1}, {1}});
    CHECK(unimportant(mask, std::vector<float>{1, -1, 1}, 20) == std::vector<std::uint8_t>{0, 0, 0});
    CHECK(unimportant(mask, std::vector<float>{1, -1, 2}, 20) == std::vector<std::uint8_t>{1, 1, 0});
}

TEST_CASE("importance: the same for any number of threads; marked rows and columns go, others stay", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern mask = random_pattern(300, 400, 0.8, stream);
    std::vector<float> values;
    for (const double v : random_values(mask.edges(), stream)) values.push_back(static_cast<float>(v));
    const std::vector<double> sums = importance(mask, values);
    std::vector<std::uint8_t> rows(300), cols(400);
    for (std::uint8_t& row : rows) row = stream.below(4) == 0 ? 1 : 0;
    for (std::uint8_t& col : cols) col = stream.below(4) == 0 ? 1 : 0;
    const Pattern left = without_neurons(mask, rows, cols);
    for (const int count : {2, 4}) {
        set_threads(count);
        CHECK(importance(mask, values) == sums);
        CHECK((without_neurons(mask, rows, cols) == left));
    }
    set_threads(1);
    std::vector<std::uint64_t> expected;
    for (const std::uint64_t p : mask.flat()) {
        if (rows[p / 400] == 0 && cols[p % 400] == 0) expected.push_back(p);
    }
    CHECK((left.flat() == expected));
    CHECK((without_neurons(mask, {}, {}) == mask));
}

}  // namespace espalier::sparsity
