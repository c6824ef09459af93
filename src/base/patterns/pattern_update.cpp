#include <atomic>

#include <espalier/base/patterns/pattern_update.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

/// Fills the sources of one row; returns how many of its positions are new.
std::size_t row_sources(std::span<const std::uint32_t> before, std::size_t before_begin,
                        std::span<const std::uint32_t> after, std::uint32_t* source) {
    std::size_t grown = 0;
    std::size_t k = 0;
    for (const std::uint32_t col : after) {
        while (k < before.size() && before[k] < col) ++k;
        const bool survives = k < before.size() && before[k] == col;
        *source++ = survives ? static_cast<std::uint32_t>(before_begin + k) : PatternUpdate::grown_here;
        grown += survives ? 0 : 1;
    }
    return grown;
}

/// The same without a branch for each position, by a table of where each column stood: where it stays in a near cache.
std::size_t row_sources(std::span<const std::uint32_t> before, std::size_t before_begin,
                        std::span<const std::uint32_t> after, std::uint32_t* source, std::span<std::uint32_t> table) {
    for (std::size_t k = 0; k < before.size(); ++k) table[before[k]] = static_cast<std::uint32_t>(before_begin + k);
    std::size_t grown = 0;
    for (const std::uint32_t col : after) {
        *source++ = table[col];
        grown += table[col] == PatternUpdate::grown_here ? 1 : 0;
    }
    for (const std::uint32_t col : before) table[col] = PatternUpdate::grown_here;
    return grown;
}

constexpr std::size_t widest_table = 65536;

}  // namespace

PatternUpdate PatternUpdate::between(const Pattern& from, Pattern to) {
    require_equal_shape(from, to, "topology update");
    if (from.edges() >= grown_here) {
        throw ConfigError("topology update of a layer of " + from.shape_text() + ": it keeps " +
                          std::to_string(from.edges()) + " weights; at most 4294967294 are possible");
    }
    PatternUpdate update;
    update.source.resize(to.edges());
    std::atomic<std::size_t> grown = 0;
    for_row_runs(to.rows(), 2 * to.edges(), [&](std::size_t begin, std::size_t end) {
        std::size_t here = 0;
        std::vector<std::uint32_t> table(from.cols() <= widest_table ? from.cols() : 0, grown_here);
        for (std::size_t r = begin; r < end; ++r) {
            std::uint32_t* sources = update.source.data() + to.row_begin(r);
            here += table.empty() ? row_sources(from.row(r), from.row_begin(r), to.row(r), sources)
                                  : row_sources(from.row(r), from.row_begin(r), to.row(r), sources, table);
        }
        grown += here;
    });
    update.grown = grown;
    update.dropped = from.edges() - (to.edges() - update.grown);
    update.pattern = std::move(to);
    return update;
}

}  // namespace espalier
