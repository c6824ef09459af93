#include <cmath>

#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {
namespace {

std::size_t count_below(const DropContext& context) {
    const auto threshold = static_cast<float>(context.options.threshold);
    std::size_t below = 0;
    for (const float value : context.values) below += std::abs(value) <= threshold ? 1 : 0;
    return below;
}

}  // namespace

DropRule drop_threshold() {
    DropRule rule{
        {"threshold",
         "absolute values up to a threshold, which doubles or halves where all layers together lose too few or "
         "too many",
         "Mostafa and Wang, ICML 2019 (DSR)"},
        drop_magnitude().score,
        count_below};
    rule.has_threshold = true;
    return rule;
}

}  // namespace espalier::sparsity
