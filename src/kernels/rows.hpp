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

/// Calls body(begin, end) for row ranges that together are [0, rows), one a thread; balanced by edges.
template <class Body>
void for_balanced_rows(std::span<const std::uint64_t> offsets, std::size_t lanes, const Body& body) {
    const std::size_t rows = offsets.size() - 1;
    const int count = offsets[rows] * lanes < multiply_adds_worth_threads ? 1 : threads();
    run_parts(count, [&](int part) {
        const auto parts = static_cast<std::size_t>(count);
        const auto number = static_cast<std::size_t>(part);
        body(balanced_begin(offsets, number, parts), balanced_begin(offsets, number + 1, parts));
    });
}

/// The same with equally many rows to each thread, `cost` elements of work a row.
template <class Body>
void for_equal_rows(std::size_t rows, std::size_t cost, const Body& body) {
    const int count = rows * cost < elements_worth_threads ? 1 : threads();
    run_parts(count, [&](int part) {
        const auto parts = static_cast<std::size_t>(count);
        const auto number = static_cast<std::size_t>(part);
        body(rows * number / parts, rows * (number + 1) / parts);
    });
}

}  // namespace espalier::kernels
