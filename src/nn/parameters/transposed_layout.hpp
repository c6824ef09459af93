#pragma once

#include <cstdint>
#include <vector>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/base/patterns/pattern.hpp>

namespace espalier::nn {

/// A pattern seen from its inputs, with the place of each edge's value: what the gradient at the inputs is computed
/// with. Values stay where they are. 8 bytes per edge and 8 per input.
struct TransposedLayout {
    std::vector<std::uint64_t> offsets;      ///< [inputs + 1]
    AlignedVector<std::uint32_t> rows;       ///< [edges] outputs, ascending for each input
    AlignedVector<std::uint32_t> positions;  ///< [edges] place of each edge's value

    TransposedLayout() = default;
    /// Time linear in edges and inputs, dealt to threads by rows; extra memory 4 bytes per input and thread.
    /// @param pattern stored (not full), with fewer than 2^32 edges
    explicit TransposedLayout(const Pattern& pattern);
};

}  // namespace espalier::nn
