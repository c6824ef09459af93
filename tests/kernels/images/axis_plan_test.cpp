#include <espalier/kernels/images/axis_plan.hpp>

#include "support.hpp"

namespace espalier::kernels {
namespace {

template <class Check>
void for_axes(const Check& check) {
    for (const std::size_t kernel : {1, 2, 3, 5}) {
        for (const std::size_t stride : {1, 2, 3}) {
            for (const std::size_t dilation : {1, 2}) {
                for (const std::size_t before : {0, 1, 2, 7}) {
                    for (const std::size_t after : {0, 3}) {
                        for (const std::size_t side : {1, 2, 4, 9}) {
                            const Axis axis{kernel, stride, dilation, before, after};
                            if (axis.windows(side) > 0) check(axis, side);
                        }
                    }
                }
            }
        }
    }
}

bool is_in(const AxisPlan::Outputs& outputs, std::size_t o) {
    return o >= outputs.begin && o < outputs.end;
}

TEST_CASE("an axis' outputs that meet an element of it, one by one", "[kernels][axis_plan]") {
    for_axes([](const Axis& axis, std::size_t side) {
        const AxisPlan plan = forward_axis(axis, side, 2);
        for (std::size_t tap = 0; tap < axis.kernel; ++tap) {
            for (std::size_t o = 0; o < plan.count; ++o) {
                const std::size_t padded = o * axis.stride + tap * axis.dilation;
                const bool meets = padded >= axis.before && padded < axis.before + side;
                CAPTURE(axis.kernel, axis.stride, axis.dilation, axis.before, side, tap, o);
                REQUIRE(is_in(plan.that_meet(tap, side), o) == meets);
            }
        }
    });
}

TEST_CASE("an axis' elements to which a window gives a gradient, one by one", "[kernels][axis_plan]") {
    for_axes([](const Axis& axis, std::size_t side) {
        const std::size_t windows = axis.windows(side);
        for (std::size_t remainder = 0; remainder < axis.stride; ++remainder) {
            const AxisPlan plan = gradient_axis(axis, side, remainder, 2);
            for (std::size_t tap = 0; tap < axis.kernel; ++tap) {
                if (plan.taps[tap] == AxisPlan::unused) continue;
                for (std::size_t o = 0; o < plan.count; ++o) {
                    const std::size_t padded = plan.first + o * plan.step + axis.before;
                    bool meets = false;
                    for (std::size_t w = 0; w < windows; ++w)
                        meets = meets || w * axis.stride + tap * axis.dilation == padded;
                    CAPTURE(axis.kernel, axis.stride, axis.dilation, axis.before, side, tap, o, remainder);
                    REQUIRE(is_in(plan.that_meet(tap, windows), o) == meets);
                }
            }
        }
    });
}

}  // namespace
}  // namespace espalier::kernels
