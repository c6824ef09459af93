#include <espalier/sparsity/random_mask.hpp>
#include <espalier/sparsity/rules.hpp>

namespace espalier::sparsity {
namespace {

/// Turns ranks among the absent positions (ascending) into flat positions: one walk along the kept ones.
std::vector<std::uint64_t> positions_of_absent(const Pattern& kept, const std::vector<std::uint64_t>& ranks) {
    std::vector<std::uint64_t> positions;
    positions.reserve(ranks.size());
    auto rank = ranks.begin();
    std::uint64_t before = 0;  // kept positions passed so far
    for (std::size_t row = 0; row < kept.rows() && rank != ranks.end(); ++row) {
        for (const std::uint32_t col : kept.row(row)) {
            const std::uint64_t here = static_cast<std::uint64_t>(row) * kept.cols() + col;
            for (; rank != ranks.end() && *rank + before < here; ++rank) positions.push_back(*rank + before);
            ++before;
        }
    }
    for (; rank != ranks.end(); ++rank) positions.push_back(*rank + before);
    return positions;
}

}  // namespace

GrowRule grow_random() {
    return {{"random", "uniformly among all absent positions", "Mocanu et al., Nature Communications 2018"},
            false,
            [](const GrowContext& context, std::size_t count) {
                Stream stream = context.stream;
                const std::uint64_t absent = context.kept.positions() - context.kept.edges();
                return positions_of_absent(context.kept, random_subset(absent, count, stream));
            }};
}

}  // namespace espalier::sparsity
