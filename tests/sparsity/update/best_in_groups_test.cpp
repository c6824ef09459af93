#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/update/best_in_groups.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("best in groups: every group gets back its number, at the largest open positions", "[sparsity][structures]") {
    INFO(seed_text());
    Stream stream = test_stream();
    constexpr std::size_t cols = 12;
    for (const std::size_t size : {3, 4, 12}) {
        const Pattern before = random_pattern(9, cols, 0.5, stream);
        std::vector<std::uint64_t> stay;
        for (const std::uint64_t position : before.flat()) {
            if (stream.below(2) == 0) stay.push_back(position);
        }
        const Pattern kept = Pattern::from_flat(9, cols, stay);
        std::vector<float> dense(9 * cols);
        for (float& value : dense) value = static_cast<float>(stream.below(8)) - 4.0F;  // with ties
        const PositionRows rows = [&](std::size_t first, std::size_t count, std::span<float> out) {
            std::copy_n(dense.begin() + static_cast<std::ptrdiff_t>(first * cols), count * cols, out.begin());
        };
        const Pattern grown = best_in_groups({before, kept, rows, stream}, kept, size);
        for (std::size_t row = 0; row < 9; ++row) {
            for (std::size_t begin = 0; begin < cols; begin += size) {
                std::vector<std::pair<float, std::size_t>> open;
                std::size_t wanted = 0;
                for (std::size_t col = begin; col < begin + size; ++col) {
                    wanted += before.contains(row, col) && !kept.contains(row, col) ? 1 : 0;
                    if (!kept.contains(row, col)) open.emplace_back(-std::abs(dense[row * cols + col]), col);
                }
                std::ranges::sort(open);
                for (std::size_t k = 0; k < open.size(); ++k) {
                    CHECK(grown.contains(row, open[k].second) == (k < wanted));
                }
            }
        }
    }
}

TEST_CASE("best in groups: random numbers are those of the position, whatever rows are asked for", "[sparsity]") {
    const PositionRows rows = random_rows(7, test_stream());
    std::vector<float> all(5 * 7), part(2 * 7);
    rows(0, 5, all);
    rows(3, 2, part);
    CHECK(std::equal(part.begin(), part.end(), all.begin() + 21));
}

TEST_CASE("best in groups: a number that is none is an error", "[sparsity]") {
    const Pattern before = pattern({{1, 0}});
    const PositionRows rows = [](std::size_t, std::size_t, std::span<float> out) { out[0] = out[1] = std::nanf(""); };
    CHECK_THROWS_AS(best_in_groups({before, Pattern::empty(1, 2), rows, test_stream()}, Pattern::empty(1, 2), 2),
                    NumericError);
}

}  // namespace espalier::sparsity
