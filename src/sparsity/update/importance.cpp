#include <algorithm>
#include <cmath>

#include <espalier/sparsity/update/importance.hpp>

namespace espalier::sparsity {

std::vector<double> importance(const Pattern& pattern, std::span<const float> values) {
    std::vector<double> sums(pattern.rows(), 0.0);
    for_row_runs(pattern.rows(), pattern.edges(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            for (std::size_t k = pattern.row_begin(row); k < pattern.row_begin(row + 1); ++k) {
                sums[row] += std::abs(static_cast<double>(values[k]));
            }
        }
    });
    return sums;
}

double percentile(std::vector<double> values, double percent) {
    std::ranges::sort(values);
    const double rank = percent / 100.0 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const std::size_t above = std::min(below + 1, values.size() - 1);
    return values[below] + (rank - static_cast<double>(below)) * (values[above] - values[below]);
}

std::vector<std::uint8_t> unimportant(const Pattern& pattern, std::span<const float> values, double percent) {
    const std::vector<double> sums = importance(pattern, values);
    const double threshold = percentile(sums, percent);
    std::vector<std::uint8_t> goes;
    for (const double sum : sums) goes.push_back(sum <= threshold ? 1 : 0);
    if (std::ranges::find(goes, 0) == goes.end()) std::ranges::fill(goes, 0);
    return goes;
}

Pattern without_neurons(const Pattern& pattern, std::span<const std::uint8_t> rows,
                        std::span<const std::uint8_t> cols) {
    const auto stays = [&](std::uint32_t col) { return cols.empty() || cols[col] == 0; };
    const auto row_stays = [&](std::size_t row) { return rows.empty() || rows[row] == 0; };
    return Pattern::by_rows(
        pattern.rows(), pattern.cols(), 2 * pattern.edges(),
        [&](std::size_t row) {
            std::size_t count = 0;
            if (!row_stays(row)) return count;
            for (const std::uint32_t col : pattern.row(row)) count += stays(col) ? 1 : 0;
            return count;
        },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            if (to.empty()) return;
            auto next = to.begin();
            for (const std::uint32_t col : pattern.row(row)) {
                if (stays(col)) *next++ = col;
            }
        });
}

}  // namespace espalier::sparsity
