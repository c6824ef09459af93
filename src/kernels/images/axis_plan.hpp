#pragma once

#include <cstdint>
#include <vector>

#include <espalier/kernels/images/image.hpp>

namespace espalier::kernels {

/// How a tile of an axis is laid out so that a product needs to know nothing of strides, dilation and padding: what one
/// tap of the window meets, output after output, lies side by side.
struct AxisPlan {
    static constexpr std::int64_t unused = -1;

    /// Some elements that lie one behind the other in the tile, `step` apart in the source.
    struct Run {
        std::int64_t place;   ///< of the first one in the tile
        std::int64_t source;  ///< its number for a tile that begins at output 0; may lie outside: those are zero
        std::int64_t count;
        std::int64_t step;
    };

    std::size_t count = 0;           ///< outputs in all
    std::size_t tile = 0;            ///< outputs in a tile, the last may have fewer
    std::size_t size = 0;            ///< elements of a tile
    std::size_t first = 0;           ///< place of output 0 on the axis it is written to
    std::size_t step = 1;            ///< from one output to the next, there
    std::int64_t shift = 1;          ///< of the sources, per output by which a tile begins later
    std::vector<std::int64_t> taps;  ///< [kernel] where a tile keeps what each tap meets at its first output, or unused
    std::vector<Run> runs;

    std::size_t tiles() const { return count == 0 ? 0 : (count + tile - 1) / tile; }

    struct Outputs {
        std::size_t begin, end;
    };
    /// Those for which a tap meets an element of the axis and no padding.
    /// @param tap   one that is used
    /// @param side  elements of the axis
    Outputs that_meet(std::size_t tap, std::size_t side) const;
};

/// Of a forward pass over an axis of `side` elements. Elements are kept by their remainder modulo the stride; those
/// that no tap meets are left out.
/// @param tile  outputs in a tile, at least 1
AxisPlan forward_axis(const Axis& axis, std::size_t side, std::size_t tile);

/// Of the gradient at that axis, for those elements e whose (e + padding) has this remainder modulo the stride: an axis
/// of as many windows as a source, stride 1, and the taps with that remainder.
AxisPlan gradient_axis(const Axis& axis, std::size_t side, std::size_t remainder, std::size_t tile);

}  // namespace espalier::kernels
