#include <espalier/base/text/named.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("named: found by name, or refused with the known names and the nearest", "[base][named]") {
    const std::vector<Named> entries{{"set", "random growth", ""}, {"rigl", "gradient growth", ""}};
    CHECK(find_named(entries, "rigl", "method").help == "gradient growth");
    CHECK_THROWS_WITH(find_named(entries, "rigle", "method"),
                      "method 'rigle' is not known. Did you mean 'rigl'? Known: set, rigl");
    CHECK_THROWS_WITH(find_named(entries, "snip", "method"), "method 'snip' is not known; known: set, rigl");
    CHECK_THROWS_AS(find_named(entries, "x", "method"), ConfigError);
}

}  // namespace espalier
