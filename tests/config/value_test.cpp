#include <cmath>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/config/value.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;

TEST_CASE("value: numbers are short and always numbers with a point or an exponent", "[config][value]") {
    CHECK(toml_text(0.1) == "0.1");
    CHECK(toml_text(1.0) == "1.0");
    CHECK(toml_text(1e-8) == "1e-08");
    CHECK(toml_text(std::vector<double>{1.0, 0.5}) == "[1.0, 0.5]");
    CHECK(toml_text(std::int64_t{-3}) == "-3");
    CHECK(toml_text(true) == "true");
    CHECK(toml_text(std::vector<std::string>{}) == "[]");
}

TEST_CASE("value: random numbers read back to the same bits", "[config][value]") {
    Stream stream = test_stream();
    INFO(seed_text());
    for (int k = 0; k < 200; ++k) {
        const double fraction = 1.0 + static_cast<double>(stream()) / 4294967296.0;
        const double number = std::ldexp(fraction, static_cast<int>(stream.below(600)) - 599);
        const Settings read = parse_toml("optimizer.learning_rate = " + toml_text(number), "text");
        CHECK(read.config.optimizer.learning_rate == number);
    }
}

TEST_CASE("value: any text reads back", "[config][value]") {
    for (const std::string text :
         {"plain", "with \"quotes\"", "back\\slash", "tab\tline\nend\x7f\x01", "Gr\u00fc\u00dfe", "#"}) {
        const Settings read =
            parse_toml("sparsity.dense_layers = " + toml_text(std::vector<std::string>{text}), "text");
        CHECK(read.config.sparsity.dense_layers == std::vector<std::string>{text});
    }
}

TEST_CASE("value: integers serve as numbers, an empty list as any list, and nothing else", "[config][value]") {
    CHECK(converted(std::int64_t{1}, 0.0) == Value(1.0));
    CHECK(converted(std::vector<std::int64_t>{1, 2}, std::vector<double>{}) == Value(std::vector<double>{1.0, 2.0}));
    CHECK(converted(std::vector<std::int64_t>{}, std::vector<std::string>{}) == Value(std::vector<std::string>{}));
    CHECK_THROWS_WITH(converted(1.5, std::int64_t{0}), "is a number, and must be an integer");
    CHECK_THROWS_WITH(converted(std::string("a"), false), "is text, and must be true or false");
    CHECK_THROWS_WITH(converted(std::vector<double>{1.0}, std::vector<std::int64_t>{}), Contains("list of integers"));
    CHECK_THROWS_AS(converted(std::int64_t{1}, std::vector<std::int64_t>{}), ConfigError);
}

}  // namespace espalier::config
