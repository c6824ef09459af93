// A method, from beginning to end: RigL that drops as MEST does and moves less and less weights.
//
// In the tree it is one entry of the table in src/sparsity/methods/methods.cpp. From there the configuration
// (`sparsity.method = "rigl_mest"`), `--help`, the check of keys and docs/methods.md know it. Each part is the value of
// a key of [sparsity]; a configuration may replace any of them. Rules that there are not yet: drop_rule.cpp. Without
// touching the tree, a TOML that says the same: experiments/tour/own-method.toml.
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {

/// The entry of the table.
Method rigl_mest() {
    return {{"rigl_mest", "RigL that drops by magnitude and gradient, less and less", "ours"},
            {{"init", "erk"},
             {"drop_rule", "magnitude_gradient"},
             {"grow_rule", "gradient"},
             {"drop_fraction", 0.3},
             {"drop_schedule", "cosine"},
             {"update_every", "100it"}}};
}

namespace {

using namespace testing;

TEST_CASE("example of a method: made of rules that there are", "[examples]") {
    const Method method = rigl_mest();
    CHECK(method.is_dynamic());
    CHECK_FALSE(method.keeps_every_weight());
    CHECK_NOTHROW(find_named(drop_rules(), method.text("drop_rule"), "drop rule"));
    CHECK_NOTHROW(find_named(grow_rules(), method.text("grow_rule"), "grow rule"));
}

}  // namespace
}  // namespace espalier::sparsity
