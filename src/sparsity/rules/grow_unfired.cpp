#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

GrowRule grow_unfired() {
    GrowRule rule = grow_random();
    rule.name = "unfired";
    rule.help = "uniformly among the positions that were in no mask so far, others only when these run out";
    rule.source = "Liu et al., ICML 2021 (ITOP's program, random_unfired)";
    rule.only_never_active = true;
    return rule;
}

}  // namespace espalier::sparsity
