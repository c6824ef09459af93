#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace espalier::page {

/// Told which share of the work is done, in [0, 1], and what comes now.
using Tell = std::function<void(double share, const std::string& what)>;

/// For a part of the work, which tells shares of its own.
inline Tell part_of(const Tell& whole, double from, double to) {
    return [=](double share, const std::string& what) { whole(from + share * (to - from), what); };
}

inline double share_of(std::size_t done, std::size_t of) {
    return of == 0 ? 1.0 : static_cast<double>(done) / static_cast<double>(of);
}

}  // namespace espalier::page
