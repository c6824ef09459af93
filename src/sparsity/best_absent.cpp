#include <algorithm>
#include <cmath>

#include <espalier/base/error.hpp>
#include <espalier/base/threads.hpp>
#include <espalier/sparsity/best_absent.hpp>
#include <espalier/sparsity/candidate_pool.hpp>

namespace espalier::sparsity {
namespace {

/// Scores held at a time by one thread: 1 MiB, so that a block has rows enough for a good dense product.
constexpr std::size_t block_entries = std::size_t{1} << 18;
/// Entries that are compared with the bound at once: most groups have none above it.
constexpr std::size_t group = 16;

/// One row's scores, in place of its numbers: absolute values, below 0 where the position is taken.
void score_row(std::span<const std::uint32_t> taken, std::span<float> row) {
    for (float& entry : row) entry = std::abs(entry);
    for (const std::uint32_t col : taken) row[col] = -1.0F;
}

/// Not score >= bound: what is not a number must be noticed.
bool passes(float score, float bound) {
    return !(score < bound);
}

bool any_passes(const float* scores, float bound) {
    int passing = 0;
    for (std::size_t k = 0; k < group; ++k) passing += passes(scores[k], bound) ? 1 : 0;
    return passing > 0;
}

/// What one thread works in, block after block.
struct Block {
    std::vector<float> scores;
    Candidates found;
};

/// Appends the entries of scores[begin, end) that pass the bound; without branches, which nobody could foresee.
void add_passing(std::span<const float> scores, std::size_t begin, std::size_t end, float bound, Candidates& found) {
    const std::size_t before = found.cols.size();
    found.cols.resize(before + end - begin);
    found.scores.resize(before + end - begin);
    std::size_t n = before;
    for (std::size_t col = begin; col < end; ++col) {
        found.cols[n] = static_cast<std::uint32_t>(col);
        found.scores[n] = scores[col];
        n += passes(scores[col], bound) ? 1 : 0;
    }
    found.cols.resize(n);
    found.scores.resize(n);
}

void require_numbers(const std::vector<float>& scores, const std::string& what) {
    if (std::ranges::all_of(scores, [](float score) { return score == score; })) return;
    throw NumericError(what + " is not a number; a lower learning rate may help");
}

/// Finds the candidates of rows [first, first + count) that pass the bound.
void search_rows(const GrowContext& context, std::size_t first, std::size_t count, float bound, Block& block,
                 const std::string& what) {
    const std::size_t cols = context.taken.cols();
    block.scores.resize(count * cols);
    block.found.row_sizes.clear();
    block.found.cols.clear();
    block.found.scores.clear();
    context.rows(first, count, block.scores);
    for (std::size_t r = 0; r < count; ++r) {
        const auto scores = std::span(block.scores).subspan(r * cols, cols);
        score_row(context.taken.row(first + r), scores);
        const std::size_t before = block.found.cols.size();
        std::size_t col = 0;
        for (; col + group <= cols; col += group) {
            if (any_passes(scores.data() + col, bound)) add_passing(scores, col, col + group, bound, block.found);
        }
        add_passing(scores, col, cols, bound, block.found);
        block.found.row_sizes.push_back(static_cast<std::uint32_t>(block.found.cols.size() - before));
    }
    require_numbers(block.found.scores, what);
}

}  // namespace

Pattern best_absent(const GrowContext& context, std::size_t count, const std::string& what) {
    const std::size_t rows = context.taken.rows();
    const std::size_t cols = context.taken.cols();
    const std::size_t in_block = std::clamp<std::size_t>(block_entries / std::max<std::size_t>(1, cols), 1, rows);
    const std::size_t number = (rows + in_block - 1) / in_block;
    // How many blocks share a bound changes which candidates are looked at, but not which are the best.
    std::vector<Block> blocks(std::min(number, static_cast<std::size_t>(threads())));
    CandidatePool best(count, in_block * cols);
    for (std::size_t start = 0; start < number; start += blocks.size()) {
        const std::size_t now = std::min(blocks.size(), number - start);
        parallel_for(now, [&](std::size_t b) {
            const std::size_t first = (start + b) * in_block;
            search_rows(context, first, std::min(in_block, rows - first), best.bound(), blocks[b], what);
        });
        for (std::size_t b = 0; b < now; ++b) best.append(blocks[b].found);
    }
    return std::move(best).best(cols);
}

}  // namespace espalier::sparsity
