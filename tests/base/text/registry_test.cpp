#include <espalier/base/text/registry.hpp>

#include "support.hpp"

namespace espalier {
using namespace testing;

TEST_CASE("registry: what is added comes last, is found, and never moves", "[base][registry]") {
    Registry<Named> registry({{"a", "first", ""}, {"b", "second", ""}});
    const Named& b = find_named(registry, "b", "thing");
    for (int k = 0; k < 100; ++k) registry.add({"added_" + std::to_string(k), "", ""}, "thing");
    CHECK(&b == &find_named(registry, "b", "thing"));
    CHECK(registry.size() == 102);
    CHECK(names_of(registry).back() == "added_99");
    CHECK_THROWS_AS(find_named(registry, "added_100", "thing"), ConfigError);
}

TEST_CASE("registry: names that are taken, or none, are refused", "[base][registry]") {
    Registry<Named> registry({{"a", "", ""}});
    CHECK_THROWS_WITH(registry.add({"a", "", ""}, "drop rule"), Contains("drop rule a ") && Contains("of this name"));
    const std::vector<std::string> bad = {"", "A", "1a", "a b", "a-b", "none", "ä", "a\n", std::string(61, 'a')};
    for (const std::string& name : bad) {
        CHECK_THROWS_WITH(registry.add({name, "", ""}, "drop rule"), Contains("no possible name"));
    }
    CHECK(registry.size() == 1);
}

}  // namespace espalier
