#include <espalier/base/text/error.hpp>
#include <espalier/nn/execution/crossovers.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

const std::string small =
    "avx2 | features 64 1024 | lanes 16 256 | forward 0.4 0.6 / 0.2 0.8 | gradients 0.5 0.5 / 0.5 0.5"
    " | weight_gradient 0.1 0.3 / 1 1";

std::string refusal(const std::string& text) {
    try {
        Crossovers::parse(text);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

/// `small` with one part of its text replaced.
std::string with(const std::string& part, const std::string& replacement) {
    std::string text = small;
    REQUIRE(text.find(part) != std::string::npos);
    return text.replace(text.find(part), part.size(), replacement);
}

}  // namespace

TEST_CASE("crossovers: the text reads back to itself", "[nn][crossovers]") {
    const Crossovers table = Crossovers::parse(small);
    CHECK(table.text() == small);
    CHECK(Crossovers::parse(table.text()) == table);
    CHECK(table.instruction_set() == "avx2");
    CHECK(table.densities(Product::weight_gradient) == std::vector<double>{0.1, 0.3, 1.0, 1.0});
}

TEST_CASE("crossovers: grid points exactly, between them linear in logarithms, outside constant", "[nn][crossovers]") {
    // forward:         16   64   256 lanes
    //     features 64  0.4  0.5  0.6
    //             256  0.3  0.5  0.7       256 is half the way from 64 to 1024, 64 from 16 to 256
    //            1024  0.2  0.5  0.8
    const Crossovers table = Crossovers::parse(small);
    const auto forward = [&](std::size_t features, std::size_t lanes) {
        return table.at(Product::forward, features, lanes);
    };
    CHECK(forward(64, 16) == 0.4);
    CHECK(forward(1024, 256) == 0.8);
    CHECK(forward(64, 64) == Approx(0.5));
    CHECK(forward(256, 16) == Approx(0.3));
    CHECK(forward(256, 64) == Approx(0.5));
    CHECK(forward(256, 256) == Approx(0.7));
    CHECK(forward(1, 1) == 0.4);
    CHECK(forward(100000, 100000) == 0.8);
}

TEST_CASE("crossovers: lanes count as they are padded, a single one apart", "[nn][crossovers]") {
    const Crossovers table(
        "portable", {{64}, {1, 16, 32}},
        {std::vector<double>{0.9, 0.5, 0.3}, std::vector<double>{0.9, 0.5, 0.3}, std::vector<double>{0.9, 0.5, 0.3}});
    CHECK(table.at(Product::forward, 64, 1) == 0.9);
    CHECK(table.at(Product::forward, 64, 2) == 0.5);
    CHECK(table.at(Product::forward, 64, 16) == 0.5);
    CHECK(table.at(Product::forward, 64, 17) == 0.3);
}

TEST_CASE("crossovers: between neighbours of the grid it never turns back", "[nn][crossovers]") {
    const Crossovers table = Crossovers::parse(small);
    for (const std::size_t features : {64, 100, 700, 1024}) {
        double before = 0.0;
        for (std::size_t lanes = 16; lanes <= 256; lanes += 16) {
            const double now = table.at(Product::forward, features, lanes);
            CHECK(now >= before);
            CHECK(now >= 0.2);
            CHECK(now <= 0.8);
            before = now;
        }
    }
}

TEST_CASE("crossovers: what is no table is refused with what is wrong", "[nn][crossovers]") {
    CHECK(refusal(small).empty());
    CHECK_THAT(refusal("fast"), Contains("1 parts, not 6"));
    CHECK_THAT(refusal(with("avx2 |", "|")), Contains("instruction set"));
    CHECK_THAT(refusal(with("features 64 1024", "features 1024 64")), Contains("features must be counts that ascend"));
    CHECK_THAT(refusal(with("lanes 16 256", "lanes 0 256")), Contains("lanes must be counts that ascend"));
    CHECK_THAT(refusal(with("lanes 16 256", "lanes -16 256")), Contains("'-16' is no number"));
    CHECK_THAT(refusal(with("forward", "froward")), Contains("'forward'"));
    CHECK_THAT(refusal(with("0.4 0.6", "0.4")), Contains("forward has 3 densities, not 4"));
    CHECK_THAT(refusal(with("0.4", "0.4x")), Contains("'0.4x' is no number"));
    CHECK_THAT(refusal(with("0.4", "0.4\n5")), Contains("'0.4\\u000a5' is no number"));
    for (const char* density : {"0", "-0.1", "1.1", "nan", "inf"}) {
        CHECK_THAT(refusal(with("0.8", density)), Contains("forward has a density that is not above 0 and at most 1"));
    }
    CHECK_THAT(refusal("fast"), Contains("espalier tune"));
}

}  // namespace espalier::nn
