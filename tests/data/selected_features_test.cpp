#include <fstream>

#include <espalier/base/text/error.hpp>
#include <espalier/data/digits.hpp>
#include <espalier/data/selected_features.hpp>
#include <espalier/data/standardise.hpp>

#include "support.hpp"

namespace espalier::data {
using namespace testing;
namespace {

std::string file_with(const TemporaryFolder& folder, const std::string& text) {
    const std::string file = (folder / "picked.txt").string();
    std::ofstream(file) << text;
    return file;
}

}  // namespace

TEST_CASE("features: numbers one per line, empty lines and line ends of either kind", "[data][features]") {
    const TemporaryFolder folder;
    CHECK(read_feature_numbers(file_with(folder, "7\n\n 0 \r\n12")) == std::vector<std::uint32_t>{7, 0, 12});
}

TEST_CASE("features: a file that is wrong says where", "[data][features]") {
    const TemporaryFolder folder;
    const auto refused = [&](const std::string& text, const std::string& words) {
        CHECK_THROWS_WITH(read_feature_numbers(file_with(folder, text)), Contains("picked.txt") && Contains(words));
        CHECK_THROWS_AS(read_feature_numbers(file_with(folder, text)), ConfigError);
    };
    refused("", "no features");
    refused("\n\n", "no features");
    refused("3\nfour\n", ":2: 'four' is no number");
    refused("-1\n", ":1: '-1' is no number");
    refused("1 2\n", ":1: '1 2' is no number");
    refused("4294967296\n", ":1: '4294967296' is no number");
    refused("5\n6\n5\n", ":3: feature 5 came before");
    CHECK_THROWS_AS(read_feature_numbers(folder / "none.txt"), IoError);
}

TEST_CASE("features: a restricted dataset holds the columns asked for, in their order", "[data][features]") {
    const Dataset digits = load_digits();
    const std::vector<std::uint32_t> features = {63, 0, 20};
    const Dataset picked = select_features(digits, features, "here");
    CHECK(picked.train.features == 3);
    CHECK(picked.shape.features() == 3);
    CHECK(picked.shape.channels == 1);
    CHECK(picked.selected == features);
    CHECK(picked.train.labels == digits.train.labels);
    CHECK(picked.test.count == digits.test.count);
    const auto& all = std::get<std::vector<std::uint8_t>>(digits.test.values);
    const auto& some = std::get<std::vector<std::uint8_t>>(picked.test.values);
    REQUIRE(some.size() == 3 * digits.test.count);
    for (std::size_t sample = 0; sample < digits.test.count; ++sample) {
        for (std::size_t k = 0; k < 3; ++k) CHECK(some[3 * sample + k] == all[64 * sample + features[k]]);
    }
    CHECK_THROWS_WITH(select_features(digits, std::vector<std::uint32_t>{3, 64}, "here"),
                      Contains("here") && Contains("feature 64") && Contains("64, counted from 0"));
}

TEST_CASE("features: standardised by feature they are what they were in the whole dataset", "[data][features]") {
    const Dataset digits = load_digits();
    const std::vector<std::uint32_t> features = {20, 5, 36};
    const Range rows{0, digits.train.count};
    const Standardisation all = standardisation(digits, rows, Standardise::feature);
    const Standardisation some = standardisation(select_features(digits, features, ""), rows, Standardise::feature);
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(some.scale[k] == all.scale[features[k]]);
        CHECK(some.shift[k] == all.shift[features[k]]);
    }
}

TEST_CASE("features: of several channels each feature becomes one", "[data][features]") {
    Dataset table{.name = "t", .shape = {2, 1, 3}, .classes = 1, .train = {}, .test = {}};
    table.train = {2, 6, std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {0, 0}};
    table.test = table.train;
    const Dataset picked = select_features(table, std::vector<std::uint32_t>{4, 1}, "");
    CHECK(picked.shape == SampleShape{2, 1, 1});
    CHECK(std::get<std::vector<float>>(picked.train.values) == std::vector<float>{5, 2, 11, 8});
}

}  // namespace espalier::data
