#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <espalier/sparsity/update/update_plan.hpp>

namespace espalier::testing {

/// Drops by magnitude and grows by gradient, 0.3 at first, over 100 steps.
struct GradientPlan : sparsity::UpdatePlan {
    sparsity::DropRule drop_rule = sparsity::drop_magnitude();
    sparsity::GrowRule grow_rule = sparsity::grow_gradient();

    GradientPlan(const std::string& schedule, std::int64_t every, std::int64_t last) {
        drop = &drop_rule;
        grow = &grow_rule;
        drop_schedule = &find_named(sparsity::drop_schedules(), schedule, "schedule");
        drop_fraction.initial = 0.3;
        interval.every = every;
        last_update = last;
        total_steps = 100;
    }
    GradientPlan(const GradientPlan&) = delete;
    GradientPlan& operator=(const GradientPlan&) = delete;

    /// The steps from `first` on that are due.
    std::vector<std::int64_t> due(std::int64_t first = 0) const {
        std::vector<std::int64_t> steps;
        for (std::int64_t step = first; step <= total_steps; ++step) {
            if (is_due(step)) steps.push_back(step);
        }
        return steps;
    }
};

}  // namespace espalier::testing
