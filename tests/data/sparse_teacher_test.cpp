#include <cmath>
#include <numeric>

#include <espalier/base/threads/threads.hpp>
#include <espalier/data/sparse_teacher.hpp>
#include <espalier/data/standardise.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

const Bytes& bytes(const Examples& examples) {
    return std::get<Bytes>(examples.values);
}

/// Correlation of two features over the training samples.
double correlation(const Dataset& dataset, std::size_t a, std::size_t b) {
    double sum = 0.0, a_sum = 0.0, b_sum = 0.0, a_squares = 0.0, b_squares = 0.0;
    for (std::size_t k = 0; k < dataset.train.count; ++k) {
        const double x = bytes(dataset.train)[k * dataset.train.features + a];
        const double y = bytes(dataset.train)[k * dataset.train.features + b];
        sum += x * y;
        a_sum += x;
        b_sum += y;
        a_squares += x * x;
        b_squares += y * y;
    }
    const auto n = static_cast<double>(dataset.train.count);
    return (sum - a_sum * b_sum / n) / std::sqrt((a_squares - a_sum * a_sum / n) * (b_squares - b_sum * b_sum / n));
}

}  // namespace

TEST_CASE("sparse teacher: shape, features and classes are what its page says, on any number of threads", "[data]") {
    set_threads(1);
    const Dataset dataset = make_sparse_teacher();
    CHECK(dataset.shape == SampleShape{54675, 1, 1});
    CHECK(dataset.train.count == 2000);
    CHECK(dataset.test.count == 500);
    CHECK(bytes(dataset.train).size() == 2000UL * 54675);
    std::vector<std::size_t> per_class(18, 0);
    for (const std::uint32_t label : dataset.train.labels) ++per_class.at(label);
    for (const std::size_t in_class : per_class) {
        CHECK(in_class > 60);  // 111 on average; classes differ, as teachers may resemble each other
        CHECK(in_class < 180);
    }
    double sum = 0.0, squares = 0.0;
    for (const std::uint8_t value : bytes(dataset.test)) {
        const double x = (value - 128.0) / 32.0;
        sum += x;
        squares += x * x;
    }
    const auto count = static_cast<double>(bytes(dataset.test).size());
    CHECK(sum / count == Approx(0.0).margin(0.03));  // 64 groups of 500 samples: a standard deviation of 0.005
    CHECK(squares / count == Approx(1.0).epsilon(0.03));
    CHECK(correlation(dataset, 5, 5 + 640) == Approx(0.8).margin(0.05));
    CHECK(correlation(dataset, 5, 6) == Approx(0.0).margin(0.1));

    // Fixed for good: results are published for these very samples.
    CHECK(std::accumulate(bytes(dataset.train).begin(), bytes(dataset.train).end(), std::uint64_t{0}) == 13990000165);
    const auto& labels = dataset.test.labels;
    CHECK(std::vector<std::uint32_t>(labels.begin(), labels.begin() + 8) ==
          std::vector<std::uint32_t>{16, 16, 9, 1, 6, 2, 14, 6});

    set_threads(2);
    const Dataset again = make_sparse_teacher();
    set_threads(1);
    CHECK((bytes(again.train) == bytes(dataset.train)));
    CHECK((bytes(again.test) == bytes(dataset.test)));
    CHECK((again.test.labels == dataset.test.labels));
}

TEST_CASE("sparse teacher: standardised by feature, which its channels are", "[data]") {
    const Dataset dataset = make_sparse_teacher();
    const Standardisation how = standardisation(dataset, {0, dataset.train.count}, Standardise::channel);
    CHECK(how.scale.size() == 54675);
    CHECK(static_cast<double>(how.scale[7]) == Approx(1.0 / 32.0).epsilon(0.08));
    CHECK(static_cast<double>(how.shift[7]) == Approx(-4.0).margin(0.4));
}

}  // namespace espalier::data
