#include <algorithm>

#include <espalier/kernels/images/axis_plan.hpp>

namespace espalier::kernels {

AxisPlan::Outputs AxisPlan::that_meet(std::size_t tap, std::size_t side) const {
    const std::int64_t place = taps[tap];
    const auto run = std::find_if(runs.begin(), runs.end(),
                                  [&](const Run& r) { return place >= r.place && place < r.place + r.count; });
    const std::int64_t source = run->source + (place - run->place) * run->step;  // what output 0 meets
    const auto outputs_before = [&](std::int64_t element) {
        const std::int64_t outputs = (element - source + run->step - 1) / run->step;
        return static_cast<std::size_t>(
            std::clamp<std::int64_t>(element <= source ? 0 : outputs, 0, static_cast<std::int64_t>(count)));
    };
    return {outputs_before(0), outputs_before(static_cast<std::int64_t>(side))};
}

AxisPlan forward_axis(const Axis& axis, std::size_t side, std::size_t tile) {
    AxisPlan plan;
    plan.count = axis.windows(side);
    plan.tile = std::min(tile, std::max<std::size_t>(1, plan.count));
    plan.shift = static_cast<std::int64_t>(axis.stride);
    plan.taps.assign(axis.kernel, AxisPlan::unused);
    for (std::size_t remainder = 0; remainder < axis.stride; ++remainder) {
        std::int64_t lowest = -1;
        std::int64_t highest = -1;
        for (std::size_t a = 0; a < axis.kernel; ++a) {
            if (axis.dilation * a % axis.stride != remainder) continue;
            highest = static_cast<std::int64_t>(axis.dilation * a / axis.stride);
            if (lowest < 0) lowest = highest;
            plan.taps[a] = static_cast<std::int64_t>(plan.size) + highest - lowest;
        }
        if (lowest < 0) continue;
        const std::int64_t count = static_cast<std::int64_t>(plan.tile) + highest - lowest;
        plan.runs.push_back({static_cast<std::int64_t>(plan.size),
                             lowest * static_cast<std::int64_t>(axis.stride) + static_cast<std::int64_t>(remainder) -
                                 static_cast<std::int64_t>(axis.before),
                             count, static_cast<std::int64_t>(axis.stride)});
        plan.size += static_cast<std::size_t>(count);
    }
    return plan;
}

AxisPlan gradient_axis(const Axis& axis, std::size_t side, std::size_t remainder, std::size_t tile) {
    AxisPlan plan;
    plan.taps.assign(axis.kernel, AxisPlan::unused);
    // Element e = stride * t + remainder - padding takes from window t - m, where tap * dilation = stride * m +
    // remainder.
    const auto t_first = static_cast<std::int64_t>(
        axis.before > remainder ? (axis.before - remainder + axis.stride - 1) / axis.stride : 0);
    plan.first = static_cast<std::size_t>(t_first) * axis.stride + remainder - axis.before;
    plan.step = axis.stride;
    plan.count = plan.first < side ? (side - plan.first - 1) / axis.stride + 1 : 0;
    plan.tile = std::min(tile, std::max<std::size_t>(1, plan.count));
    std::int64_t lowest = -1;
    std::int64_t highest = -1;
    for (std::size_t a = 0; a < axis.kernel; ++a) {
        if (axis.dilation * a % axis.stride != remainder) continue;
        highest = static_cast<std::int64_t>((axis.dilation * a - remainder) / axis.stride);
        if (lowest < 0) lowest = highest;
    }
    if (lowest < 0) return plan;
    for (std::size_t a = 0; a < axis.kernel; ++a) {
        if (axis.dilation * a % axis.stride != remainder) continue;
        plan.taps[a] = highest - static_cast<std::int64_t>((axis.dilation * a - remainder) / axis.stride);
    }
    const std::int64_t count = static_cast<std::int64_t>(plan.tile) + highest - lowest;
    plan.runs.push_back({0, t_first - highest, count, 1});
    plan.size = static_cast<std::size_t>(count);
    return plan;
}

}  // namespace espalier::kernels
