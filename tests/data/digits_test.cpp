#include <numeric>

#include <espalier/data/digits.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

std::uint64_t sum(const Examples& examples) {
    const auto& values = std::get<Bytes>(examples.values);
    return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
}

}  // namespace

TEST_CASE("digits: the data of sklearn.datasets.load_digits, split at 1437", "[data][digits]") {
    const Dataset digits = load_digits();
    CHECK(digits.shape == SampleShape{1, 8, 8});
    CHECK(digits.train.count == 1437);
    CHECK(digits.test.count == 360);
    CHECK(digits.test.labels.size() == 360);
    // Values from NumPy on scikit-learn 1.2.1.
    CHECK(sum(digits.train) == 449372);
    CHECK(sum(digits.train) + sum(digits.test) == 561718);
    CHECK(per_class(digits.train) == std::vector<std::size_t>{143, 146, 142, 146, 144, 145, 144, 143, 141, 143});
    CHECK(per_class(digits.test) == std::vector<std::size_t>{35, 36, 35, 37, 37, 37, 37, 36, 33, 37});
}

TEST_CASE("digits: the first image is a nought", "[data][digits]") {
    const Dataset digits = load_digits();
    const Bytes nought = {0, 0, 5,  13, 9,  1,  0, 0,  //
                          0, 0, 13, 15, 10, 15, 5, 0,  //
                          0, 3, 15, 2,  0,  11, 8, 0,  //
                          0, 4, 12, 0,  0,  8,  8, 0,  //
                          0, 5, 8,  0,  0,  9,  8, 0,  //
                          0, 4, 11, 0,  1,  12, 7, 0,  //
                          0, 2, 14, 5,  10, 12, 0, 0,  //
                          0, 0, 6,  13, 10, 0,  0, 0};
    const auto& values = std::get<Bytes>(digits.train.values);
    CHECK(Bytes(values.begin(), values.begin() + 64) == nought);
    CHECK(digits.train.labels[0] == 0);
    CHECK(digits.test.labels.back() == 8);
}

}  // namespace espalier::data
