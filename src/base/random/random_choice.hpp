#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>

namespace espalier {

/// @throws ConfigError "<what>: 13 edges do not fit a layer of 3x4" where there are more than positions
void require_room(std::size_t rows, std::size_t cols, std::size_t edges, const std::string& what);

/// Every order equally likely (Fisher-Yates).
template <class Items>
void shuffle(Items&& items, Stream& stream) {
    for (std::size_t k = std::size(items); k > 1; --k) std::swap(items[k - 1], items[stream.below(k)]);
}

/// `count` numbers below `total`, ascending, every choice equally likely (Floyd). O(count log count).
std::vector<std::uint64_t> random_choice(std::uint64_t total, std::uint64_t count, Stream& stream);

/// Exactly the positions that the pattern does not keep. O(positions).
Pattern complement(const Pattern& pattern);

}  // namespace espalier
