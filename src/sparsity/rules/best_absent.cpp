#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <espalier/base/ranks/collectives.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/kernels/collect_above.hpp>
#include <espalier/sparsity/masks/pattern_sets.hpp>
#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/rules/best_absent.hpp>
#include <espalier/sparsity/rules/candidate_pool.hpp>

namespace espalier::sparsity {
namespace {

/// Scores held at a time by one thread: 1 MiB, so that a block has rows enough for a good dense product.
constexpr std::size_t block_entries = std::size_t{1} << 18;

/// One row's scores, in place of its numbers: absolute values, below 0 where the position is taken.
void score_row(std::span<const std::uint32_t> taken, std::span<float> row) {
    for (float& entry : row) entry = std::abs(entry);
    for (const std::uint32_t col : taken) row[col] = -1.0F;
}

/// What one thread works in, block after block.
struct Block {
    std::vector<float> scores;
    std::vector<std::uint32_t> places;  // of one row
    std::vector<float> sizes;
    Candidates found;
};

/// Every score that is not negative; what is not a number must be noticed.
void add_all(std::span<const float> scores, Candidates& found) {
    for (std::size_t col = 0; col < scores.size(); ++col) {
        if (scores[col] < 0.0F) continue;
        found.cols.push_back(static_cast<std::uint32_t>(col));
        found.scores.push_back(scores[col]);
    }
}

/// The scores of a row that a bound above 0 lets pass. Positions that are taken have 0.
void add_passing(std::span<const float> row, float bound, Block& block) {
    block.places.resize(row.size() + kernels::collect_slack);
    block.sizes.resize(row.size() + kernels::collect_slack);
    const auto count =
        static_cast<std::ptrdiff_t>(kernels::collect_above<float>(row, bound, block.places, block.sizes));
    block.found.cols.insert(block.found.cols.end(), block.places.begin(), block.places.begin() + count);
    block.found.scores.insert(block.found.scores.end(), block.sizes.begin(), block.sizes.begin() + count);
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
        const std::size_t before = block.found.cols.size();
        if (bound > 0.0F) {
            for (const std::uint32_t col : context.taken.row(first + r)) scores[col] = 0.0F;
            add_passing(scores, bound, block);
        } else {
            score_row(context.taken.row(first + r), scores);
            add_all(scores, block.found);
        }
        block.found.row_sizes.push_back(static_cast<std::uint32_t>(block.found.cols.size() - before));
    }
    require_numbers(block.found.scores, what);
}

/// Below this many positions a whole pass costs less than a guess.
constexpr std::size_t worth_sampling = std::size_t{1} << 20;
/// Runs of rows, evenly spaced, that are looked at first: together one row in 64.
constexpr std::size_t sampled_runs = 16;
constexpr std::size_t rows_a_sample = 64;

/// A guess below the count-th largest score, from a sample of the rows; 0 where it cannot be had. It only saves work:
/// a guess that was too high is noticed, since fewer than `count` candidates pass it.
float sampled_bound(const GrowContext& context, std::size_t count) {
    const std::size_t rows = context.taken.rows();
    const std::size_t cols = context.taken.cols();
    const std::size_t in_run = rows / (sampled_runs * rows_a_sample);
    if (context.taken.positions() < worth_sampling || in_run == 0) return 0.0F;
    std::vector<std::vector<float>> runs(sampled_runs);
    parallel_for(sampled_runs, [&](std::size_t run) {
        const std::size_t first = run * (rows / sampled_runs);
        std::vector<float>& scores = runs[run];
        scores.resize(in_run * cols);
        context.rows(first, in_run, scores);
        for (std::size_t r = 0; r < in_run; ++r) {
            score_row(context.taken.row(first + r), std::span(scores).subspan(r * cols, cols));
        }
        std::erase_if(scores, [](float score) { return !(score >= 0.0F); });
    });
    std::vector<float> sample;
    for (const std::vector<float>& run : runs) sample.insert(sample.end(), run.begin(), run.end());
    const auto absent = static_cast<double>(context.taken.positions() - context.taken.edges());
    const double expected = static_cast<double>(count) / absent * static_cast<double>(sample.size());
    // Twice as many as needed, and more where the sample is small: rows differ.
    const auto rank = static_cast<std::size_t>(2.0 * expected + 3.0 * std::sqrt(expected));
    if (rank + 1 >= sample.size()) return 0.0F;
    std::ranges::nth_element(sample, sample.begin() + static_cast<std::ptrdiff_t>(rank), std::greater<>());
    return sample[rank];
}

/// Below this many positions ranks do not share the work: a message costs more.
constexpr std::size_t worth_sharing = std::size_t{1} << 14;

/// The best of the rows [begin, end) that pass a bound, and of these only what the pool's own rising bound lets pass.
CandidatePool best_of_rows(const GrowContext& context, std::size_t begin, std::size_t end, std::size_t count,
                           float bound, const std::string& what) {
    const std::size_t cols = context.taken.cols();
    const std::size_t rows = std::max<std::size_t>(1, end - begin);
    const std::size_t in_block = std::clamp<std::size_t>(block_entries / std::max<std::size_t>(1, cols), 1, rows);
    const std::size_t number = (end - begin + in_block - 1) / in_block;
    // How many blocks share a bound changes which candidates are looked at, but not which are the best.
    std::vector<Block> blocks(std::min(number, static_cast<std::size_t>(threads())));
    CandidatePool best(count, in_block * cols);
    for (std::size_t start = 0; start < number; start += blocks.size()) {
        const std::size_t now = std::min(blocks.size(), number - start);
        const float least = std::max(bound, best.bound());
        parallel_for(now, [&](std::size_t b) {
            const std::size_t first = begin + (start + b) * in_block;
            search_rows(context, first, std::min(in_block, end - first), least, blocks[b], what);
        });
        for (std::size_t b = 0; b < now; ++b) best.append(blocks[b].found);
    }
    return best;
}

/// The candidates that each rank has found, in order.
std::vector<Candidates> of_all_ranks(Communicator& ranks, const Candidates& own) {
    const std::vector<Message> sizes = all_gather(ranks, message_of(std::span(own.row_sizes)));
    const std::vector<Message> cols = all_gather(ranks, message_of(std::span(own.cols)));
    const std::vector<Message> scores = all_gather(ranks, message_of(std::span(own.scores)));
    std::vector<Candidates> all;
    for (std::size_t k = 0; k < sizes.size(); ++k) {
        all.push_back({espalier::numbers_of<std::uint32_t>(sizes[k]), espalier::numbers_of<std::uint32_t>(cols[k]),
                       espalier::numbers_of<float>(scores[k])});
    }
    return all;
}

/// The best of all rows. Ranks look at some rows each, and merge what is best of these.
Pattern best_above(const GrowContext& context, std::size_t count, float bound, const std::string& what) {
    const std::size_t rows = context.taken.rows();
    const std::size_t cols = context.taken.cols();
    const auto sharing = static_cast<std::size_t>(rank_count(context.ranks));
    if (sharing == 1 || context.taken.positions() < worth_sharing)
        return best_of_rows(context, 0, rows, count, bound, what).best(cols);
    const auto rank = static_cast<std::size_t>(rank_of(context.ranks));
    const Candidates own =
        best_of_rows(context, rows * rank / sharing, rows * (rank + 1) / sharing, count, bound, what).candidates();
    CandidatePool best(count, count);
    for (const Candidates& found : of_all_ranks(*context.ranks, own)) best.append(found);
    return std::move(best).best(cols);
}

/// The best of those whose numbers are at least `least`, or all of these.
Pattern best_from(const GrowContext& context, std::size_t count, float least, const std::string& what) {
    const float guess = sampled_bound(context, count);
    Pattern best = best_above(context, count, std::max(guess, least), what);
    if (best.edges() < count && guess > least) best = best_above(context, count, least, what);
    return best;
}

}  // namespace

Pattern best_absent(const GrowContext& context, std::size_t count, const std::string& what) {
    return best_from(context, count, 0.0F, what);
}

Pattern best_by_gradient(const GrowContext& context, std::size_t count, const std::string& what) {
    if (context.options.zero_gradient == ZeroGradient::in_order) return best_absent(context, count, what);
    Pattern best = best_from(context, count, std::numeric_limits<float>::denorm_min(), what);
    if (best.edges() == count) return best;
    const Pattern closed = united(context.taken, best);
    const Subset ranks = random_subset(closed.positions() - closed.edges(), count - best.edges(), context.stream);
    return disjoint_union(best, absent_positions(closed, ranks));
}

}  // namespace espalier::sparsity
