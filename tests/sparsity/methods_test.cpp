#include <espalier/base/duration.hpp>
#include <espalier/sparsity/distribution.hpp>
#include <espalier/sparsity/drop_schedule.hpp>
#include <espalier/sparsity/methods.hpp>
#include <espalier/sparsity/methods_table.hpp>
#include <espalier/sparsity/rules.hpp>

#include "generated.hpp"
#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("methods: every piece a method names is registered", "[sparsity]") {
    for (const Method& method : methods()) {
        INFO(method.name);
        CHECK_NOTHROW(find_named(distributions(), method.init, "init"));
        CHECK_NOTHROW(find_named(drop_schedules(), method.drop_schedule, "schedule"));
        CHECK_NOTHROW(Duration::parse(method.update_every));
        CHECK(method.is_dynamic() == !method.grow_rule.empty());
        if (!method.is_dynamic()) continue;
        CHECK_NOTHROW(find_named(drop_rules(), method.drop_rule, "drop rule"));
        CHECK_NOTHROW(find_named(grow_rules(), method.grow_rule, "grow rule"));
    }
}

TEST_CASE("methods: the published defaults", "[sparsity]") {
    // methods.md 10.2
    const Method& set = find_named(methods(), "set", "method");
    CHECK(set.drop_fraction == 0.3);
    CHECK(set.update_every == "1ep");
    CHECK(set.grow_rule == "random");
    const Method& rigl = find_named(methods(), "rigl", "method");
    CHECK(rigl.update_every == "100it");
    CHECK(rigl.stop_fraction == 0.75);
    CHECK(rigl.drop_schedule == "cosine");
}

TEST_CASE("methods: docs/methods.md holds the tables the registries give", "[sparsity][docs]") {
    check_generated("docs/methods.md", "<!-- methods -->", "<!-- end of methods -->", methods_markdown());
}

}  // namespace espalier::sparsity
