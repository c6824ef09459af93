#include <cmath>

#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

std::size_t rounded_share(double fraction, std::size_t count, Rounding rounding) {
    const double exact = fraction * static_cast<double>(count);
    return static_cast<std::size_t>(rounding == Rounding::ceil ? std::ceil(exact) : exact);
}

std::size_t drop_count(const DropRule& rule, const DropContext& context) {
    if (rule.count) return rule.count(context);
    return rounded_share(context.fraction, context.values.size(), context.options.rounding);
}

const std::vector<DropRule>& drop_rules() {
    static const std::vector<DropRule> table = {drop_magnitude(), drop_sign_balanced(),    drop_threshold(),
                                                drop_taylor(),    drop_saliency(),         drop_magnitude_gradient(),
                                                drop_movement(),  drop_magnitude_change(), drop_random()};
    return table;
}

const std::vector<GrowRule>& grow_rules() {
    static const std::vector<GrowRule> table = {grow_random(),           grow_unfired(),    grow_gradient(),
                                                grow_gradient_sampled(), grow_momentum(),   grow_hebbian(),
                                                grow_cosine(),           grow_cosine_seq(), grow_cosine_sim()};
    return table;
}

}  // namespace espalier::sparsity
