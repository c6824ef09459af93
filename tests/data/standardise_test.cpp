#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/data/digits.hpp>
#include <espalier/data/standardise.hpp>

#include "fixtures.hpp"
#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

double value_of(const Dataset& dataset, std::size_t sample, std::size_t feature) {
    return std::visit(
        [&](const auto& values) { return static_cast<double>(values[sample * dataset.train.features + feature]); },
        dataset.train.values);
}

/// Mean and standard deviation of the standardised features [begin, end) over the training range, in two passes.
std::pair<double, double> moments_after(const Dataset& dataset, const Standardisation& standardisation, Range rows,
                                        std::size_t begin, std::size_t end) {
    std::vector<double> inputs;
    for (std::size_t n = rows.begin; n < rows.end; ++n) {
        for (std::size_t f = begin; f < end; ++f) {
            inputs.push_back(value_of(dataset, n, f) * static_cast<double>(standardisation.scale[f]) +
                             static_cast<double>(standardisation.shift[f]));
        }
    }
    double mean = 0.0;
    for (const double input : inputs) mean += input / static_cast<double>(inputs.size());
    double variance = 0.0;
    for (const double input : inputs) variance += (input - mean) * (input - mean) / static_cast<double>(inputs.size());
    return {mean, std::sqrt(variance)};
}

Dataset table(std::vector<float> values, std::size_t columns) {
    const std::size_t count = values.size() / columns;
    Dataset dataset{.name = "t", .shape = {columns, 1, 1}, .classes = 1, .train = {}, .test = {}};
    dataset.train = {count, columns, std::move(values), std::vector<std::uint32_t>(count)};
    return dataset;
}

}  // namespace

TEST_CASE("standardisation: digits have the mean and deviation that NumPy finds", "[data][standardise]") {
    const Standardisation one = standardisation(load_digits(), {0, 1437}, Standardise::channel);
    REQUIRE(one.scale.size() == 64);
    CHECK(one.scale[0] == Approx(1.0 / 6.00811374129213));
    CHECK(one.shift[63] == Approx(-4.886177800974252 / 6.00811374129213));
}

TEST_CASE("standardisation: mean 0 and deviation 1 of each channel or feature", "[data][standardise]") {
    Stream stream = test_stream();
    INFO(seed_text());
    const Dataset dataset = random_byte_dataset(40, {3, 2, 5}, stream);
    const Range rows{4, 33};
    for (const std::size_t group : {10, 1}) {
        const auto how = group == 1 ? Standardise::feature : Standardise::channel;
        const Standardisation found = standardisation(dataset, rows, how);
        for (std::size_t begin = 0; begin < 30; begin += group) {
            const auto [mean, deviation] = moments_after(dataset, found, rows, begin, begin + group);
            CHECK(mean == Approx(0.0).margin(1e-6));
            CHECK(deviation == Approx(1.0).epsilon(1e-6));
        }
    }
}

TEST_CASE("standardisation: what is held out does not count", "[data][standardise]") {
    Stream stream = test_stream();
    INFO(seed_text());
    Dataset dataset = random_byte_dataset(20, {1, 2, 2}, stream);
    const Standardisation before = standardisation(dataset, {0, 15}, Standardise::channel);
    auto& values = std::get<Bytes>(dataset.train.values);
    for (std::size_t k = std::size_t{15} * 4; k < values.size(); ++k) values[k] = 255;
    const Standardisation after = standardisation(dataset, {0, 15}, Standardise::channel);
    CHECK(before.scale == after.scale);
    CHECK(before.shift == after.shift);
}

TEST_CASE("standardisation: a table's columns stand for themselves and one that does not vary becomes 0",
          "[data][standardise]") {
    const Dataset dataset = table({1, 0.1F, 1e6F,  //
                                   3, 0.1F, 1e6F,  //
                                   5, 0.1F, 2e6F},
                                  3);
    const Standardisation found = standardisation(dataset, {0, 3}, Standardise::channel);
    CHECK(found.scale[0] == Approx(1.0 / std::sqrt(8.0 / 3.0)));
    CHECK(found.shift[0] == Approx(-3.0 / std::sqrt(8.0 / 3.0)));
    CHECK(found.scale[1] == 0.0F);
    CHECK(found.shift[1] == 0.0F);
    CHECK(found.scale[2] == Approx(1.0 / (std::sqrt(2.0) / 3.0 * 1e6)));
}

TEST_CASE("standardisation: a deviation below what a float can invert counts as 0", "[data][standardise]") {
    const Standardisation found = standardisation(table({1e-45F, 0.0F}, 1), {0, 2}, Standardise::channel);
    CHECK(found.scale[0] == 0.0F);
}

TEST_CASE("standardisation: none divides by white", "[data][standardise]") {
    const Standardisation found = standardisation(load_digits(), {0, 1}, Standardise::none);
    CHECK(found.scale == std::vector<float>(64, 1.0F / 16.0F));
    CHECK(found.shift == std::vector<float>(64, 0.0F));
    CHECK(standardisation(table({4, 5}, 2), {0, 1}, Standardise::none).scale == std::vector<float>{1.0F, 1.0F});
}

TEST_CASE("standardisation: constants of each channel, in units of white", "[data][standardise]") {
    Stream stream = test_stream();
    Dataset dataset = random_byte_dataset(3, {2, 1, 3}, stream);
    const ChannelConstants constants{{0.5, 0.25}, {0.2, 0.4}};
    const auto check = [&](double white) {
        const Standardisation found = standardisation(dataset, {0, 3}, Standardise::constants, constants);
        for (const std::size_t f : {0, 2, 3, 5}) {
            CHECK(found.scale[f] == Approx(1.0 / (white * constants.deviation[f / 3])));
            CHECK(found.shift[f] == Approx(-constants.mean[f / 3] / constants.deviation[f / 3]));
        }
    };
    check(255.0);
    dataset.white = 1.0;  // bytes of a user's own array
    check(255.0);
    dataset.white = 16.0;
    check(16.0);
    dataset.white = 1.0;
    dataset.train.values = std::vector<float>(18, 0.5F);
    check(1.0);
    const auto with = [&](const ChannelConstants& wrong) {
        return standardisation(dataset, {0, 3}, Standardise::constants, wrong);
    };
    CHECK_THROWS_AS(with({{0.5}, {0.2}}), ConfigError);
    CHECK_THROWS_WITH(with({{0.5, 0.5, 0.5}, {0.2, 0.2, 0.2}}),
                      Contains("data.mean has 3 values and data.std 3, but dataset random has 2 channels"));
    CHECK_THROWS_WITH(with({{0.5, 0.5}, {0.2, 1e-300}}), Contains("channel 1 (counted from 0) is too small"));
}

TEST_CASE("standardisation: modes by name, empty ranges refused", "[data][standardise]") {
    CHECK(parse_standardise("channel") == Standardise::channel);
    CHECK(parse_standardise("feature") == Standardise::feature);
    CHECK(parse_standardise("none") == Standardise::none);
    CHECK(parse_standardise("constants") == Standardise::constants);
    CHECK_THROWS_AS(parse_standardise("chanel"), ConfigError);
    CHECK_THROWS_WITH(parse_standardise("chanel"), Contains("data.standardise") && Contains("Did you mean 'channel'"));
    CHECK_THROWS_AS(standardisation(table({4, 5}, 2), {0, 0}, Standardise::channel), ConfigError);
    CHECK_THROWS_AS(standardisation(table({4, 5}, 2), {0, 2}, Standardise::channel), ConfigError);
    Dataset wrong = table({4, 5}, 2);
    wrong.shape = {1, 1, 3};
    CHECK_THROWS_AS(standardisation(wrong, {0, 1}, Standardise::channel), FormatError);
}

TEST_CASE("standardisation: what counts as 1", "[data][standardise]") {
    Dataset dataset;
    dataset.train.values = std::vector<std::uint8_t>{1, 2};
    CHECK(unit_of(dataset) == 255.0);  // of bytes of which nobody has said more
    dataset.white = 16.0;
    CHECK(unit_of(dataset) == 16.0);
    dataset.white = 1.0;
    dataset.train.values = std::vector<float>{0.5F};
    CHECK(unit_of(dataset) == 1.0);
}

}  // namespace espalier::data
