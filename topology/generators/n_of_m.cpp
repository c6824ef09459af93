#include <algorithm>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/generators/n_of_m.hpp>

namespace espalier::topology {

Pattern n_of_m(std::size_t rows, std::size_t cols, std::size_t kept, std::size_t group, Stream& stream) {
    if (group == 0 || kept > group) {
        throw ConfigError("cannot keep " + std::to_string(kept) + " of every " + std::to_string(group) + " inputs");
    }
    if (cols % group != 0) {
        throw ConfigError("groups of " + std::to_string(group) + " inputs do not divide " + std::to_string(cols));
    }
    if (kept == group) return Pattern::full(rows, cols);
    std::vector<std::uint32_t> members(group);  // any order will do to draw from, so it is never put back
    std::iota(members.begin(), members.end(), 0U);
    std::vector<std::uint32_t> indices;
    indices.reserve(rows * (cols / group) * kept);
    for (std::size_t number = 0; number < rows * (cols / group); ++number) {
        for (std::size_t k = 0; k < kept; ++k) std::swap(members[k], members[k + stream.below(group - k)]);
        const auto first = static_cast<std::ptrdiff_t>(indices.size());
        const std::size_t begin = number % (cols / group) * group;
        for (std::size_t k = 0; k < kept; ++k) indices.push_back(static_cast<std::uint32_t>(begin + members[k]));
        std::sort(indices.begin() + first, indices.end());
    }
    std::vector<std::uint64_t> offsets(rows + 1);
    for (std::size_t row = 0; row <= rows; ++row) offsets[row] = row * (cols / group) * kept;
    return {rows, cols, std::move(offsets), std::move(indices)};
}

}  // namespace espalier::topology
