#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <espalier/sparsity/rules/rules.hpp>
#include <espalier/sparsity/update/bilevel.hpp>
#include <espalier/sparsity/update/channels.hpp>
#include <espalier/sparsity/update/density_schedule.hpp>
#include <espalier/sparsity/update/drop_schedule.hpp>
#include <espalier/sparsity/update/importance.hpp>
#include <espalier/sparsity/update/redistribution.hpp>
#include <espalier/sparsity/update/ticket_phases.hpp>

namespace espalier::sparsity {

/// How many weights an exchange grows in a layer, before redistribution.
enum class Budget {
    exchange,  ///< as many as it dropped
    baseline,  ///< up to what the layer had at first
    soft,      ///< the fraction on top of what the layer had at first, which the next update drops again
};

const std::vector<Choice<Budget>>& budgets();

/// Which weights compete in an exchange.
enum class ExchangeScope {
    layer,   ///< those of a layer
    global,  ///< those of all layers: lowest drop scores go, highest grow scores come, wherever they are
};

const std::vector<Choice<ExchangeScope>>& exchange_scopes();

/// How many weights an exchange drops and grows in all layers together.
struct ExchangeTotals {
    std::size_t dropped = 0;
    std::size_t grown = 0;
};

/// Steps between updates: `every`, times `factor` from each milestone on.
struct UpdateInterval {
    std::int64_t every = 0;                ///< 0: no updates
    std::vector<std::int64_t> milestones;  ///< steps, ascending
    std::int64_t factor = 2;

    /// The interval in force at a step.
    std::int64_t at(std::int64_t step) const;
};

/// When and how a run changes its topology (definitions.md 3.1): pure functions of the step.
///
/// An update may prune every layer together down to a scheduled density, or whole neurons, and then exchange weights:
/// drop a fraction, grow as many as the budget says, where redistribution puts them.
struct UpdatePlan {
    const DropRule* drop = nullptr;  ///< null: nothing is pruned or exchanged
    const GrowRule* grow = nullptr;  ///< null: nothing grows, there is no exchange
    const DropSchedule* drop_schedule = nullptr;
    const Redistribution* redistribution = nullptr;  ///< null: every layer grows its own budget
    DropScheduleOptions drop_fraction;
    DropOptions drop_options;
    GrowOptions grow_options;
    Budget budget = Budget::exchange;
    CandidateSet candidates = CandidateSet::all_absent;
    RegrownValue regrown = RegrownValue::keep;
    double threshold_tolerance = 0.1;   ///< of a threshold: share of the wanted number that is near enough
    std::int64_t threshold_target = 0;  ///< above 0: the wanted number, in place of the fraction of all weights
    std::size_t min_per_layer = 0;      ///< neither pruning nor dropping leaves a layer fewer

    DensityPlan density;
    bool prune_globally = true;  ///< all layers in one ranking; else each to the density by itself
    double last_layer = 0.0;     ///< in that case the last layer's density once the sparsity is 0.8; 0: as the others

    ExchangeScope scope = ExchangeScope::layer;
    double soft_bound = 0.0;      ///< of scope global: share of all positions that may be kept on top at first
    std::int64_t soft_until = 0;  ///< step from which on there is nothing on top any more

    ImportancePlan importance;
    ChannelPlan channels;
    std::size_t dormant_samples = 0;  ///< on which dormant neurons are counted before and behind updates; 0: not
    std::int64_t patience = 0;        ///< steps without a better validation accuracy that are a plateau

    UpdateInterval interval;
    std::int64_t last_update = 0;  ///< no exchange after this step, but for those of the phases
    TicketPhases phases;
    std::int64_t total_steps = 0;
    Parameters parameters = Parameters::kept;
    BilevelOptions bilevel;            ///< of parameters scored
    bool at_start = false;             ///< the first step updates, too
    bool skip_optimizer_step = false;  ///< an update takes the optimizer step's place
    GradientTime gradient_time = GradientTime::before_step;

    /// True after optimizer step `step` (from 1) where something may change; never at the last step.
    bool is_due(std::int64_t step) const {
        return prunes(step) || prunes_neurons(step) || exchanges(step) || refreshes(step);
    }
    /// The schedule asks for a lower density at this step than before.
    bool prunes(std::int64_t step) const;
    /// Unimportant neurons or channels go at this step, whether or not weights are exchanged.
    bool prunes_neurons(std::int64_t step) const;
    /// Neurons are to be pruned, but the training is too short for a single time.
    bool prunes_neurons_too_late() const;
    bool exchanges(std::int64_t step) const;
    /// Masks are chosen anew among dense or scored parameters after this step.
    bool refreshes(std::int64_t step) const;
    /// The first step behind `start` whose exchange (or choice of masks among dense parameters) can change a weight;
    /// nothing where none will. Of updates that all drop a fraction of 0 only the first million are looked at.
    std::optional<std::int64_t> first_exchange(std::int64_t start = 0) const;
    /// The change after this step goes by the batch's dense gradient.
    bool needs_gradient(std::int64_t step) const;
    /// The drop fraction of the exchange after this step. In the phases the schedule has ended: theirs, or what it
    /// began with, as FreeTickets' program has it whatever its decay schedule says.
    double fraction(std::int64_t step) const;
    /// Share of all positions on top of the first number of weights that the exchange after this step may leave: half a
    /// cosine from the soft bound to 0.
    double bound(std::int64_t step) const;
    /// Of scope global: the weights go back to their first number, or lose the drop fraction, and grow up to what the
    /// bound allows.
    /// @param has, first, positions  weights now and at first, and positions, of the layers that may change
    ExchangeTotals totals(std::int64_t step, std::size_t has, std::size_t first, std::size_t positions) const;

  private:
    bool falls_on(std::int64_t step) const;
    /// An ordinary exchange falls on this step and is wanted there.
    bool is_time(std::int64_t step) const;
    bool can_change(std::int64_t step) const;
};

}  // namespace espalier::sparsity
