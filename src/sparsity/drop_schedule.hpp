#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <espalier/base/named.hpp>

namespace espalier::sparsity {

/// The drop fraction over training, as a pure function of the step.
struct DropSchedule : Named {
    /// @param initial  the configured fraction
    /// @param progress step / last step of the updates, in [0, 1]
    std::function<double(double initial, double progress)> fraction;
};

/// constant, cosine.
const std::vector<DropSchedule>& drop_schedules();

}  // namespace espalier::sparsity
