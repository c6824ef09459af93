#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/update/best_in_groups.hpp>

namespace espalier::sparsity {
namespace {

/// Members of [begin, end) among ascending columns.
std::size_t members(std::span<const std::uint32_t> cols, std::size_t begin, std::size_t end) {
    return static_cast<std::size_t>(std::ranges::lower_bound(cols, end) - std::ranges::lower_bound(cols, begin));
}

/// The best of one group that are not taken, ascending, appended to `to`.
void add_best(std::span<const float> row, std::span<const std::uint32_t> taken, std::size_t begin, std::size_t end,
              std::size_t quota, std::vector<std::uint32_t>& to) {
    std::vector<std::uint32_t> open;
    for (std::size_t col = begin; col < end; ++col) {
        if (std::isnan(row[col]))
            throw NumericError("a score of a position is not a number; a lower learning rate may help");
        if (!std::ranges::binary_search(taken, col)) open.push_back(static_cast<std::uint32_t>(col));
    }
    const auto better = [&](std::uint32_t a, std::uint32_t b) { return std::abs(row[a]) > std::abs(row[b]); };
    std::ranges::stable_sort(open, better);
    open.resize(std::min(quota, open.size()));
    std::ranges::sort(open);
    to.insert(to.end(), open.begin(), open.end());
}

}  // namespace

Pattern best_in_groups(const GrowContext& context, const Pattern& kept, std::size_t size) {
    const std::size_t rows = kept.rows();
    const std::size_t cols = kept.cols();
    std::vector<std::vector<std::uint32_t>> chosen(rows);
    for_row_runs(rows, rows * cols, [&](std::size_t first, std::size_t last) {
        std::vector<float> numbers(cols);
        for (std::size_t row = first; row < last; ++row) {
            const auto before = context.before.row(row);
            if (before.size() == kept.row(row).size()) continue;
            context.rows(row, 1, numbers);
            const std::size_t step = std::min(size, cols);
            for (std::size_t begin = 0; begin < cols; begin += step) {
                const std::size_t end = std::min(cols, begin + step);
                const std::size_t quota = members(before, begin, end) - members(kept.row(row), begin, end);
                if (quota > 0) add_best(numbers, context.taken.row(row), begin, end, quota, chosen[row]);
            }
        }
    });
    return Pattern::by_rows(
        rows, cols, kept.edges(), [&](std::size_t row) { return chosen[row].size(); },
        [&](std::size_t row, std::span<std::uint32_t> to) { std::ranges::copy(chosen[row], to.begin()); });
}

PositionRows random_rows(std::size_t cols, const Stream& stream) {
    return [cols, stream](std::size_t first, std::size_t count, std::span<float> rows) {
        for (std::size_t k = 0; k < count * cols; ++k) {
            const std::size_t position = first * cols + k;
            rows[k] = static_cast<float>(stream.at(static_cast<std::uint32_t>(position / 4))[position % 4] >> 8);
        }
    };
}

}  // namespace espalier::sparsity
