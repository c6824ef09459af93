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

namespace {

Registry<DropRule>& all_drop_rules() {
    static Registry<DropRule> all({drop_magnitude(), drop_sign_balanced(), drop_threshold(), drop_taylor(),
                                   drop_saliency(), drop_magnitude_gradient(), drop_movement(), drop_magnitude_change(),
                                   drop_revival_activity(), drop_revival_change(), drop_random()});
    return all;
}

Registry<GrowRule>& all_grow_rules() {
    static Registry<GrowRule> all({grow_random(), grow_unfired(), grow_gradient(), grow_gradient_sampled(),
                                   grow_momentum(), grow_hebbian(), grow_cosine(), grow_cosine_seq(),
                                   grow_cosine_sim()});
    return all;
}

}  // namespace

const Registry<DropRule>& drop_rules() {
    return all_drop_rules();
}

const Registry<GrowRule>& grow_rules() {
    return all_grow_rules();
}

void add_drop_rule(DropRule rule) {
    all_drop_rules().add(std::move(rule), "drop rule");
}

void add_grow_rule(GrowRule rule) {
    all_grow_rules().add(std::move(rule), "grow rule");
}

}  // namespace espalier::sparsity
