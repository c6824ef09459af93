#include <espalier/sparsity/rules.hpp>

namespace espalier::sparsity {

const std::vector<DropRule>& drop_rules() {
    static const std::vector<DropRule> table = {drop_magnitude()};
    return table;
}

const std::vector<GrowRule>& grow_rules() {
    static const std::vector<GrowRule> table = {grow_random(), grow_gradient()};
    return table;
}

}  // namespace espalier::sparsity
