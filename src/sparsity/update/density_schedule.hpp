#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <espalier/base/text/named.hpp>

namespace espalier::sparsity {

/// How the sparsity goes from its first value to its last while pruning runs.
struct DensitySchedule : Named {
    /// Share of the way, from 0 to 1, at progress p in [0, 1] of the pruning time.
    std::function<double(double progress)> way;
    bool by_events = false;  ///< progress counts pruning events, so that the last one reaches the end exactly
};

/// constant, cubic, cubic_events, linear, exponential (definitions.md 3.4).
const std::vector<DensitySchedule>& density_schedules();

/// The densities of layers of these sizes that are pruned each by itself to a density of all: the same, unless a
/// density of the last one is given and no more than 0.2 of all is to be kept. Then it has that one, and the others
/// share the rest.
/// @param last_layer  0: as the others
/// Source: GraNet's program, with 0.2 (definitions.md 3.4).
std::vector<double> densities_by_layer(const std::vector<std::size_t>& sizes, double density, double last_layer);

/// The density over training, as a pure function of the step.
struct DensityPlan {
    const DensitySchedule* schedule = nullptr;  ///< null or constant: the density never changes
    double initial = 1.0;
    double last = 1.0;       ///< density at the end of pruning
    std::int64_t from = 0;   ///< step at which pruning begins
    std::int64_t until = 0;  ///< no pruning event falls after this step
    std::int64_t every = 1;  ///< steps between events

    bool changes() const { return schedule != nullptr && initial > last; }

    /// Events are at from + e * every, e = 1 ... events().
    std::int64_t events() const { return (until - from) / every; }

    /// What the density should be after the event at `step`, or after the last one before it.
    double density(std::int64_t step) const;
};

}  // namespace espalier::sparsity
