#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/rules/rules.hpp>

namespace espalier::sparsity {

GrowRule grow_random() {
    return {{"random", "uniformly among all absent positions", "Mocanu et al., Nature Communications 2018"},
            GrowScore::none,
            [](const GrowContext& context, std::size_t count) {
                const std::uint64_t absent = context.taken.positions() - context.taken.edges();
                return absent_positions(context.taken, random_subset(absent, count, context.stream));
            }};
}

}  // namespace espalier::sparsity
