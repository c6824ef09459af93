#pragma once

#include <functional>
#include <string>
#include <vector>

#include <espalier/base/text/named.hpp>

namespace espalier::sparsity {

/// A schedule's numbers beside its name.
struct DropScheduleOptions {
    double initial = 0.0;            ///< the configured fraction
    double minimum = 0.0;            ///< where cosine, linear and inverse_power end
    double power = 3.0;              ///< of inverse_power
    std::vector<double> milestones;  ///< of stepwise: shares of the time, ascending
    std::vector<double> factors;     ///< of stepwise: what the fraction is multiplied by from each milestone on
};

/// The drop fraction over training, as a pure function of the step.
struct DropSchedule : Named {
    /// @param progress step / last step of the updates, in [0, 1]
    std::function<double(const DropScheduleOptions&, double progress)> fraction;
};

/// constant, cosine, linear, inverse_power, stepwise (definitions.md 3.3).
const std::vector<DropSchedule>& drop_schedules();

}  // namespace espalier::sparsity
