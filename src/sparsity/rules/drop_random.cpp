#include <espalier/sparsity/rules/score_each.hpp>

namespace espalier::sparsity {

DropRule drop_random() {
    return {{"random", "any, with equal chances: a control", ""},
            [](const DropContext& context, std::span<float> scores) {
                // 24 bits are what a float holds; ties among them are broken by position.
                score_each(scores, [&](std::size_t k) {
                    return static_cast<float>(context.stream.at(static_cast<std::uint32_t>(k / 4))[k % 4] >> 8);
                });
            }};
}

}  // namespace espalier::sparsity
