#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <espalier/base/threads/threads.hpp>

namespace espalier::kernels {

/// Below these one thread works alone: about 50 microseconds, several times what waking the others costs.
inline constexpr std::size_t multiply_adds_worth_threads = 2'000'000;
inline constexpr std::size_t elements_worth_threads = 500'000;

/// The first row of part `part` when rows are cut into `parts` runs of about equally many edges.
inline std::size_t balanced_begin(std::span<const std::uint64_t> offsets, std::size_t part, std::size_t parts) {
    const std::size_t rows = offsets.size() - 1;
    if (part == 0) return 0;
    if (part >= parts) return rows;
    const std::uint64_t wanted = offsets[0] + (offsets[rows] - offsets[0]) / parts * part;
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

/// Calls body(range, ranges) for several ranges a thread, so that one that is held up leaves work to the others. Ranges
/// under way at the same time lie far apart: neighbours write to the same cache lines where results are scattered.
template <class Body>
void for_ranges(bool worth_threads, const Body& body) {
    constexpr std::size_t a_thread = 4;
    const auto workers = static_cast<std::size_t>(worth_threads ? threads() : 1);
    if (workers == 1) return body(std::size_t{0}, std::size_t{1});
    parallel_for(a_thread * workers,
                 [&](std::size_t k) { body(k % workers * a_thread + k / workers, a_thread * workers); });
}

/// Calls body(begin, end) for row ranges that together are [0, rows), of about equally many edges, dealt to threads.
template <class Body>
void for_balanced_rows(std::span<const std::uint64_t> offsets, std::size_t lanes, const Body& body) {
    const std::size_t rows = offsets.size() - 1;
    for_ranges((offsets[rows] - offsets[0]) * lanes >= multiply_adds_worth_threads,
               [&](std::size_t range, std::size_t ranges) {
                   body(balanced_begin(offsets, range, ranges), balanced_begin(offsets, range + 1, ranges));
               });
}

/// The same with equally many rows in each range, `cost` elements of work a row.
template <class Body>
void for_equal_rows(std::size_t rows, std::size_t cost, const Body& body) {
    for_ranges(rows * cost >= elements_worth_threads, [&](std::size_t range, std::size_t ranges) {
        body(rows * range / ranges, rows * (range + 1) / ranges);
    });
}

}  // namespace espalier::kernels
