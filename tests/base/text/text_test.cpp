#include <algorithm>

#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/base/text/text.hpp>

#include "support.hpp"

namespace espalier {

TEST_CASE("text: the nearest known word, or none", "[base][text]") {
    const std::vector<std::string> keys{"density", "beta_1", "beta_2", "group", "droop"};
    CHECK(nearest("densty", keys) == "density");
    CHECK(nearest("droup", keys).empty());  // two
    CHECK(nearest("zzz", keys).empty());
    CHECK(did_you_mean("densty", keys) == " Did you mean 'density'?");
}

TEST_CASE("text: natural order reads digits as numbers", "[base][text]") {
    std::vector<std::string> names{"layer10", "layer2", "layer1", "a", "layer02b"};
    std::ranges::sort(names, natural_less);
    CHECK(names == std::vector<std::string>{"a", "layer1", "layer2", "layer02b", "layer10"});
    CHECK_FALSE(natural_less("x7", "x7"));
}

TEST_CASE("text: split and join are inverse", "[base][text]") {
    CHECK(split("a,b,,c", ',') == std::vector<std::string>{"a", "b", "", "c"});
    CHECK(join(split("a,b,,c", ','), ",") == "a,b,,c");
    CHECK(split("", ',') == std::vector<std::string>{""});
}

TEST_CASE("text: a long list is cut with its number said", "[base][text]") {
    const std::vector<std::string> words{"a", "b", "c"};
    CHECK(join_some(words, 3) == "a, b, c");
    CHECK(join_some(words, 2) == "a, b and 1 more");
}

TEST_CASE("text: UTF-8 is told from what is none", "[base][text]") {
    for (const std::string good : {"", "abc", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) CHECK(is_utf8(good));
    for (const std::string bad : {"\x80", "\xc3", "\xc3(", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                                  "\xf0\x80\x80\x80", "\xf4\x90\x80\x80", "\xff"}) {
        CHECK_FALSE(is_utf8(bad));
    }
}

TEST_CASE("zero_padded: at least so many digits", "[text]") {
    CHECK(zero_padded(7, 3) == "007");
    CHECK(zero_padded(0, 2) == "00");
    CHECK(zero_padded(1234, 3) == "1234");
    CHECK(zero_padded(844, 9) == "000000844");
}

}  // namespace espalier
