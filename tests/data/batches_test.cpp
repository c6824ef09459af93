#include <algorithm>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/data/batches.hpp>

#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

std::vector<std::uint32_t> all(const Batches& batches) {
    std::vector<std::uint32_t> order;
    for (std::size_t k = 0; k < batches.count(); ++k) order.insert(order.end(), batches[k].begin(), batches[k].end());
    return order;
}

std::vector<std::uint32_t> shuffled(std::uint64_t seed, std::uint64_t epoch) {
    Batches batches({20, 57}, 8);
    batches.shuffle(seed, epoch);
    return all(batches);
}

std::vector<std::uint32_t> file_order(std::uint32_t begin, std::size_t count) {
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), begin);
    return order;
}

}  // namespace

TEST_CASE("batches: file order until shuffled, the last one smaller", "[data][batches]") {
    const Batches batches({10, 17}, 3);
    REQUIRE(batches.count() == 3);
    CHECK(batches[0].size() == 3);
    CHECK(batches[2].size() == 1);
    CHECK(all(batches) == file_order(10, 7));
    CHECK(Batches({0, 45000}, 128).count() == 352);  // definitions.md 7.2
    CHECK(Batches({0, 45000}, 100).count() == 450);
    CHECK(Batches({5, 5}, 4).count() == 0);
    CHECK(Batches({0, 3}, 100)[0].size() == 3);
}

TEST_CASE("batches: an epoch's order depends on seed and epoch alone", "[data][batches]") {
    Batches batches({20, 57}, 8);
    for (const std::uint64_t epoch : {0, 3, 1, 3}) {
        batches.shuffle(1, epoch);
        CHECK(all(batches) == shuffled(1, epoch));
    }
    CHECK(shuffled(1, 0) != shuffled(1, 1));
    CHECK(shuffled(1, 0) != shuffled(2, 0));
    std::vector<std::uint32_t> sorted = shuffled(1, 0);
    std::ranges::sort(sorted);
    CHECK(sorted == file_order(20, 37));
}

TEST_CASE("batches: Fisher-Yates by definition", "[data][batches]") {
    Stream stream(7, Purpose::data_order, 0, 5);
    std::vector<std::uint32_t> expected = file_order(20, 37);
    for (std::size_t k = expected.size() - 1; k > 0; --k) {
        std::swap(expected[k], expected[stream.below(k + 1)]);
    }
    CHECK(shuffled(7, 5) == expected);
}

TEST_CASE("batches: every example comes first about equally often", "[data][batches]") {
    std::vector<int> first(10);
    for (std::uint64_t epoch = 0; epoch < 2000; ++epoch) {
        Batches batches({0, 10}, 10);
        batches.shuffle(3, epoch);
        ++first[batches[0][0]];
    }
    for (const int times : first) CHECK(std::abs(times - 200) < 70);  // five standard deviations of a fixed stream
}

TEST_CASE("batches refuse a size of 0", "[data][batches]") {
    CHECK_THROWS_AS(Batches({0, 10}, 0), ConfigError);
    CHECK_THROWS_AS(Batches({0, std::size_t{1} << 33}, 10), FormatError);
}

}  // namespace espalier::data
