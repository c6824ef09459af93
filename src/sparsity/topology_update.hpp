#pragma once

#include <cstdint>

#include <espalier/base/pattern_update.hpp>
#include <espalier/sparsity/drop_schedule.hpp>
#include <espalier/sparsity/rules.hpp>

namespace espalier::sparsity {

/// When and how a run changes its topology (methods.md 3.0).
struct UpdatePlan {
    const DropRule* drop = nullptr;  ///< null: the topology never changes
    const GrowRule* grow = nullptr;
    const DropSchedule* schedule = nullptr;
    double drop_fraction = 0.0;
    std::int64_t every = 0;        ///< steps between updates
    std::int64_t last_update = 0;  ///< no update after this step
    std::int64_t total_steps = 0;

    /// True after optimizer step `step` (from 1): a multiple of `every`, not after `last_update`, not the last step.
    bool is_due(std::int64_t step) const;
    bool needs_gradient(std::int64_t step) const { return is_due(step) && grow->needs_gradient; }
    double fraction(std::int64_t step) const;
};

/// One layer's update: drops floor(fraction * edges) weights, grows as many. Weights dropped and grown again in the
/// same update are not new: they keep value and state. The number of weights never changes.
///
/// Rows are dealt to threads; the result is the same for any number of them.
/// Cost: O(edges + rows) time beside what the grow rule takes; 8 bytes an edge at most, and as many bytes a row.
/// @throws NumericError where a score is NaN
PatternUpdate update_topology(const UpdatePlan& plan, double fraction, const DropContext& drop,
                              const GradientRows& gradient, const Stream& growth);

}  // namespace espalier::sparsity
