#pragma once

#include <algorithm>
#include <cstddef>

#include <espalier/base/threads/threads.hpp>

namespace espalier {

/// Calls body(begin, end) for runs that together are [0, rows), dealt to threads as they become free: for work on
/// patterns, whose rows differ in length. The runs are the same for any number of threads.
/// @param work about how many nanoseconds all of it takes one thread; where waking others costs more, it is one run
template <class Body>
void for_row_runs(std::size_t rows, std::size_t work, const Body& body) {
    constexpr std::size_t most_runs = 64;
    constexpr std::size_t worth_threads = 50'000;
    const std::size_t runs = work < worth_threads ? 1 : std::min(rows, most_runs);
    if (runs <= 1) {
        body(std::size_t{0}, rows);
    } else {
        parallel_for(runs, [&](std::size_t run) { body(rows * run / runs, rows * (run + 1) / runs); });
    }
}

}  // namespace espalier
