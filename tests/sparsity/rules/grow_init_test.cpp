#include <cmath>

#include <espalier/base/patterns/pattern_update.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/rules/grow_init.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("grow init: names, and what is none", "[sparsity]") {
    CHECK(parse_grow_init("zeros").kind == GrowInit::Kind::zeros);
    CHECK(parse_grow_init("uniform").kind == GrowInit::Kind::uniform);
    CHECK(parse_grow_init("normal:0.1").scale == 0.1);
    CHECK(parse_grow_init("grad:-2").scale == -2.0);
    for (const char* text : {"", "ones", "normal", "normal:", "normal:x", "normal:1e999", "grad", "zeros:1"}) {
        CHECK_THROWS_AS(parse_grow_init(text), ConfigError);
    }
}

TEST_CASE("grow init: new weights alone get a value, each by its position", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern before = random_pattern(60, 50, 0.3, stream);
    const Pattern after = random_pattern(60, 50, 0.3, stream);
    const PatternUpdate update = PatternUpdate::between(before, after);
    const std::vector<float> gradient(after.edges(), 0.25F);
    for (const char* name : {"normal:0.1", "uniform", "grad:2"}) {
        INFO(name);
        std::vector<float> values(after.edges(), 7.0F);
        set_grown(parse_grow_init(name), update, gradient, test_stream(1), values);
        double squares = 0.0;
        std::size_t grown = 0;
        for (std::size_t k = 0; k < values.size(); ++k) {
            if (update.source[k] != PatternUpdate::grown_here) {
                CHECK(values[k] == 7.0F);
                continue;
            }
            ++grown;
            squares += static_cast<double>(values[k]) * static_cast<double>(values[k]);
            if (std::string(name) == "grad:2") CHECK(values[k] == 0.5F);
            if (std::string(name) == "uniform") CHECK(std::abs(values[k]) <= std::sqrt(6.0 / 50.0));
        }
        const double deviation = std::sqrt(squares / static_cast<double>(grown));
        if (std::string(name) == "normal:0.1") CHECK(deviation == Approx(0.1).epsilon(0.15));
        if (std::string(name) == "uniform") CHECK(deviation == Approx(std::sqrt(2.0 / 50.0)).epsilon(0.15));
    }
}

TEST_CASE("grow init: a position's value does not depend on what else grows", "[sparsity]") {
    const Pattern none = Pattern::empty(2, 3);
    const auto value_at_5 = [&](const Pattern& after) {
        std::vector<float> values(after.edges(), 0.0F);
        set_grown(parse_grow_init("normal:1"), PatternUpdate::between(none, after), {}, test_stream(), values);
        return values.back();
    };
    CHECK(value_at_5(pattern({{0, 0, 0}, {0, 0, 1}})) == value_at_5(pattern({{1, 0, 1}, {1, 0, 1}})));
}

}  // namespace espalier::sparsity
