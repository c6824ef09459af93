#include <algorithm>

#include <espalier/base/patterns/position_set.hpp>
#include <espalier/base/random/random_choice.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {

void require_room(std::size_t rows, std::size_t cols, std::size_t edges, const std::string& what) {
    if (edges <= rows * cols) return;
    throw ConfigError(what + ": " + std::to_string(edges) + " edges do not fit a layer of " + std::to_string(rows) +
                      "x" + std::to_string(cols));
}

std::vector<std::uint64_t> random_choice(std::uint64_t total, std::uint64_t count, Stream& stream) {
    std::vector<std::uint64_t> chosen;
    chosen.reserve(count);
    PositionSet taken(total, count);
    for (std::uint64_t last = total - count; last < total; ++last) {
        const std::uint64_t number = stream.below(last + 1);
        chosen.push_back(taken.insert(number) ? number : last);
        if (chosen.back() == last) taken.insert(last);
    }
    std::ranges::sort(chosen);
    return chosen;
}

Pattern complement(const Pattern& pattern) {
    return Pattern::by_rows(
        pattern.rows(), pattern.cols(), pattern.positions(),
        [&](std::size_t row) { return pattern.cols() - pattern.row(row).size(); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            auto kept = pattern.row(row).begin();
            auto next = to.begin();
            for (std::uint32_t col = 0; col < pattern.cols(); ++col) {
                if (kept != pattern.row(row).end() && *kept == col) {
                    ++kept;
                } else {
                    *next++ = col;
                }
            }
        });
}

}  // namespace espalier
