#include <algorithm>
#include <cmath>

#include <espalier/base/threads.hpp>
#include <espalier/sparsity/best_k.hpp>
#include <espalier/sparsity/rules.hpp>

namespace espalier::sparsity {
namespace {

/// Gradient entries held at a time by one thread: 256 KiB.
constexpr std::size_t block_entries = 65536;
/// Blocks whose candidates are gathered before they are merged.
constexpr std::size_t blocks_at_once = 16;

/// The best candidates of rows [first, first + count).
std::vector<Candidate> best_of_rows(const GrowContext& context, std::size_t first, std::size_t count, std::size_t k) {
    const Pattern& kept = context.kept;
    std::vector<float> gradient(count * kept.cols());
    context.gradient_rows(first, count, gradient);
    BestK best(k);
    for (std::size_t r = 0; r < count; ++r) {
        const auto present = kept.row(first + r);
        auto next = present.begin();
        for (std::size_t col = 0; col < kept.cols(); ++col) {
            if (next != present.end() && *next == col) {
                ++next;
            } else {
                best.add({std::abs(gradient[r * kept.cols() + col]),
                          static_cast<std::uint64_t>(first + r) * kept.cols() + col});
            }
        }
    }
    return best.take();
}

std::vector<std::uint64_t> choose(const GrowContext& context, std::size_t count) {
    const std::size_t rows = context.kept.rows();
    const std::size_t block =
        std::clamp<std::size_t>(block_entries / std::max<std::size_t>(1, context.kept.cols()), 1, rows);
    const std::size_t blocks = (rows + block - 1) / block;
    BestK best(count);
    for (std::size_t start = 0; start < blocks; start += blocks_at_once) {
        std::vector<std::vector<Candidate>> found(std::min(blocks_at_once, blocks - start));
        parallel_for(found.size(), [&](std::size_t b) {
            const std::size_t first = (start + b) * block;
            found[b] = best_of_rows(context, first, std::min(block, rows - first), count);
        });
        for (const auto& candidates : found) {
            for (const Candidate& candidate : candidates) best.add(candidate);
        }
    }
    return best_positions(best.take(), count);
}

}  // namespace

GrowRule grow_gradient() {
    return {{"gradient", "where the dense gradient of the last batch is largest in absolute value",
             "Evci et al., ICML 2020 (RigL)"},
            true,
            choose};
}

}  // namespace espalier::sparsity
