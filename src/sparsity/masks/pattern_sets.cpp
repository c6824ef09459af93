#include <algorithm>

#include <espalier/sparsity/masks/pattern_sets.hpp>

namespace espalier::sparsity {

Pattern united(const Pattern& a, const Pattern& b) {
    return Pattern::by_rows(
        a.rows(), a.cols(), a.edges() + b.edges(),
        [&](std::size_t row) { return a.row(row).size() + b.row(row).size() - count_common(a.row(row), b.row(row)); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            std::ranges::set_union(a.row(row), b.row(row), to.begin());
        });
}

Pattern without(const Pattern& a, const Pattern& b) {
    return Pattern::by_rows(
        a.rows(), a.cols(), a.edges() + b.edges(),
        [&](std::size_t row) { return a.row(row).size() - count_common(a.row(row), b.row(row)); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            std::ranges::set_difference(a.row(row), b.row(row), to.begin());
        });
}

}  // namespace espalier::sparsity
