#include <set>

#include <espalier/kernels/images/tile_plan.hpp>
#include <espalier/kernels/images/used_positions.hpp>

#include "support.hpp"

namespace espalier::kernels {
namespace {

struct Planned {
    ConvolutionShape shape;
    TileLayout layout;
    std::vector<UsedPosition> positions;

    Planned(std::size_t side, const Axis& rows, const Axis& cols) {
        shape.in = with_border({5, side, side});
        shape.window = {rows, cols};
        shape.out = with_border({4, rows.windows(side), cols.windows(side)});
        Activations<float> in;
        in.resize(shape.in.room(), 16, Layout::lane_blocks);
        layout = forward_layout<float>(shape, 1.0, in.view());
        positions = used_positions(layout, shape.in);
    }

    /// Whether the tap (channel, position) meets the image for output (y, x), by the definition.
    bool meets(std::size_t position, std::size_t y, std::size_t x) const {
        const auto& [rows, cols] = shape.window;
        const std::size_t row = y * rows.stride + position / cols.kernel * rows.dilation;
        const std::size_t col = x * cols.stride + position % cols.kernel * cols.dilation;
        return row >= rows.before && row < rows.before + shape.in.height && col >= cols.before &&
               col < cols.before + shape.in.width;
    }
};

template <class Check>
void for_plans(const Check& check) {
    for (const std::size_t side : {1, 2, 3, 4, 8, 16}) {
        check(Planned(side, {3, 1, 1, 1, 1}, {3, 1, 1, 1, 1}));
        check(Planned(side, {1, 1, 1, 0, 0}, {1, 1, 1, 0, 0}));
        check(Planned(side, {3, 2, 1, 1, 1}, {5, 1, 1, 2, 2}));
        check(Planned(side, {3, 1, 2, 2, 2}, {2, 2, 1, 1, 0}));
        check(Planned(side, {31, 1, 1, 15, 15}, {31, 1, 1, 15, 15}));
    }
}

TEST_CASE("each output's taps are those that meet the image, in order", "[kernels][used_positions]") {
    for_plans([](const Planned& plan) {
        const ClassTaps taps(plan.layout, plan.positions);
        const std::size_t channels = std::min<std::size_t>(2, plan.layout.block_channels);
        const std::vector<std::uint32_t> counts = taps.counts(channels);
        for (std::size_t y = 0; y < plan.shape.out.height; ++y) {
            for (std::size_t x = 0; x < plan.shape.out.width; ++x) {
                const std::size_t list = *taps.row_class(y) * taps.col_classes() + taps.col_class()[x];
                std::vector<std::uint32_t> found, expected;
                for (std::uint32_t k = 0; k < counts[list]; ++k)
                    found.push_back(taps.lists()[list][k].weights / panel_rows);
                for (std::size_t channel = 0; channel < channels; ++channel) {
                    for (std::size_t p = 0; p < plan.positions.size(); ++p) {
                        if (plan.meets(plan.positions[p].number, y, x))
                            expected.push_back(static_cast<std::uint32_t>(channel * plan.positions.size() + p));
                    }
                }
                REQUIRE(found == expected);
            }
        }
    });
}

TEST_CASE("the taps of a weight gradient are all taps, and know the outputs that meet the image",
          "[kernels][used_positions]") {
    for_plans([](const Planned& plan) {
        const std::size_t channels = plan.layout.block_channels;
        const std::vector<CorrelationTap> taps = correlation_taps<float>(plan.layout, plan.positions, channels);
        std::set<std::uint32_t> numbers;
        for (const CorrelationTap& tap : taps) {
            numbers.insert(tap.number);
            const UsedPosition& position = plan.positions[tap.number % plan.positions.size()];
            for (std::size_t y = 0; y < plan.shape.out.height; ++y) {
                for (std::size_t x = 0; x < plan.shape.out.width; ++x) {
                    const bool inside = y >= tap.first_row && y < tap.end_row && x >= tap.first_col && x < tap.end_col;
                    REQUIRE(inside == plan.meets(position.number, y, x));
                }
            }
        }
        REQUIRE(numbers.size() == channels * plan.positions.size());
        REQUIRE(taps.size() == numbers.size());
    });
}

}  // namespace
}  // namespace espalier::kernels
