#include <cmath>
#include <vector>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/sparsity/masks/nested_masks.hpp>

namespace espalier::sparsity {
namespace {

std::vector<float> magnitudes(std::span<const float> values) {
    std::vector<float> found(values.size());
    for_row_runs(values.size(), values.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) found[k] = std::abs(values[k]);
    });
    return found;
}

/// What is not among the lowest scores [rows * cols].
Pattern mask_beside(std::size_t rows, std::size_t cols, const LowestScores& lowest) {
    const auto count = [&](std::size_t row) {
        std::size_t kept = 0;
        for (std::size_t k = row * cols; k < (row + 1) * cols; ++k) kept += lowest.contains(k) ? 0 : 1;
        return kept;
    };
    const auto fill = [&](std::size_t row, std::span<std::uint32_t> to) {
        std::size_t n = 0;
        for (std::size_t col = 0; n < to.size(); ++col) {
            to[n] = static_cast<std::uint32_t>(col);
            n += lowest.contains(row * cols + col) ? 0 : 1;
        }
    };
    return Pattern::by_rows(rows, cols, 2 * rows * cols, count, fill);
}

/// The edges of a mask for which belongs(place of the edge) is true.
template <class Belongs>
Pattern part_of(const Pattern& mask, const Belongs& belongs) {
    const auto count = [&](std::size_t row) {
        std::size_t kept = 0;
        for (std::size_t k = mask.row_begin(row); k < mask.row_begin(row + 1); ++k) kept += belongs(k) ? 1 : 0;
        return kept;
    };
    const auto fill = [&](std::size_t row, std::span<std::uint32_t> to) {
        const auto cols = mask.row(row);
        std::size_t n = 0;
        for (std::size_t k = 0; n < to.size(); ++k) {
            to[n] = cols[k];
            n += belongs(mask.row_begin(row) + k) ? 1 : 0;
        }
    };
    return Pattern::by_rows(mask.rows(), mask.cols(), 2 * mask.edges(), count, fill);
}

/// Scores of a mask's edges, of those of all positions.
std::vector<float> scores_of(const Pattern& mask, std::span<const float> all) {
    std::vector<float> scores(mask.edges());
    for_row_runs(mask.rows(), mask.edges(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            std::size_t k = mask.row_begin(row);
            for (const std::uint32_t col : mask.row(row)) scores[k++] = all[row * mask.cols() + col];
        }
    });
    return scores;
}

}  // namespace

NestedMasks nested_masks(std::size_t rows, std::size_t cols, std::span<const float> values, std::size_t inner,
                         std::size_t outer, const std::string& what) {
    const std::vector<float> all = magnitudes(values);
    const Pattern mask = mask_beside(rows, cols, LowestScores(all, all.size() - outer, what));
    // Edges of a mask ascend, so its ties go as those of all positions.
    const std::vector<float> scores = scores_of(mask, all);
    const LowestScores ring(scores, outer - inner, what);
    return {inner == all.size() ? Pattern::full(rows, cols) : part_of(mask, [&](auto k) { return !ring.contains(k); }),
            part_of(mask, [&](auto k) { return ring.contains(k); })};
}

}  // namespace espalier::sparsity
