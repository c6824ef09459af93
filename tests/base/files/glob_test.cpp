#include <string>

#include <espalier/base/files/glob.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("glob: a star is any text, a question mark one byte", "[base][glob]") {
    CHECK(matches_glob("fc1", "fc1"));
    CHECK_FALSE(matches_glob("fc1", "fc10"));
    CHECK(matches_glob("fc*", "fc10"));
    CHECK(matches_glob("*", ""));
    CHECK(matches_glob("layer*.conv?.weight", "layer1.0.conv2.weight"));
    CHECK_FALSE(matches_glob("layer*.conv?.weight", "layer1.0.conv10.weight"));
    CHECK(matches_glob("a*b*c", "aXbYbZc"));
    CHECK_FALSE(matches_glob("a*b", "a"));
    CHECK_FALSE(matches_glob("?", ""));
    CHECK(matches_glob("a[0]", "a[0]"));
    CHECK(is_glob("fc?"));
    CHECK_FALSE(is_glob("fc[1]"));
}

TEST_CASE("glob: many stars take no longer than their product with the text", "[base][glob]") {
    std::string pattern;
    for (int k = 0; k < 100; ++k) pattern += "*a";
    CHECK_FALSE(matches_glob(pattern + "b", std::string(2000, 'a')));
}

}  // namespace espalier
