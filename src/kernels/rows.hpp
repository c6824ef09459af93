#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <espalier/base/threads.hpp>

namespace espalier::kernels {

/// Below these one thread works alone: about 50 microseconds, several times what waking the others costs.
inline constexpr std::size_t multiply_adds_worth_threads = 2'000'000;
inline constexpr std::size_t elements_worth_threads = 500'000;

/// The first row of part `part` when rows are cut into `parts` runs of about equally many edges.
inline std::size_t balanced_begin(std::span<const std::uint64_t> offsets, std::size_t part, std::size_t parts) {
    const std::size_t rows = offsets.size() - 1;
    if (part == 0) return 0;
    if (part >= parts) return rows;
    const std::uint64_t wanted = offsets[rows] / parts * part;
    std::size_t low = 0;
    std::size_t high = rows;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (offsets[middle] < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/// Ranges that rows are cut into: several a thread, so that one that is held up leaves work to the others.
inline std::size_t row_ranges(bool worth_threads) {
    return worth_threads && threads() > 1 ? 4 * static_cast<std::size_t>(threads()) : 1;
}

/// Calls body(begin, end) for row ranges that together are [0, rows), of about equally many edges, dealt to threads.
template <class Body>
void for_balanced_rows(std::span<const std::uint64_t> offsets, std::size_t lanes, const Body& body) {
    const std::size_t rows = offsets.size() - 1;
    const std::size_t ranges = row_ranges(offsets[rows] * lanes >= multiply_adds_worth_threads);
    parallel_for(ranges, [&](std::size_t range) {
        body(balanced_begin(offsets, range, ranges), balanced_begin(offsets, range + 1, ranges));
    });
}

/// The same with equally many rows in each range, `cost` elements of work a row.
template <class Body>
void for_equal_rows(std::size_t rows, std::size_t cost, const Body& body) {
    const std::size_t ranges = row_ranges(rows * cost >= elements_worth_threads);
    parallel_for(ranges, [&](std::size_t range) { body(rows * range / ranges, rows * (range + 1) / ranges); });
}

}  // namespace espalier::kernels
