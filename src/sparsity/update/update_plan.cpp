#include <algorithm>
#include <cmath>
#include <numbers>

#include <espalier/sparsity/update/update_plan.hpp>

namespace espalier::sparsity {

const std::vector<Choice<Budget>>& budgets() {
    static const std::vector<Choice<Budget>> table = {
        {{"exchange", "as many as were dropped", ""}, Budget::exchange},
        {{"baseline", "up to what the layer had at first", "Selfish-RNN's program"}, Budget::baseline},
        {{"soft",
          "the drop fraction of what the layer had at first, on top of it; the next update drops back to it before it "
          "grows",
          "Yuan et al., NeurIPS 2021 (MEST, soft memory bound)"},
         Budget::soft},
    };
    return table;
}

const std::vector<Choice<ExchangeScope>>& exchange_scopes() {
    static const std::vector<Choice<ExchangeScope>> table = {
        {{"layer", "every layer drops and grows by itself", "Mocanu et al. 2018; Evci et al. 2020"},
         ExchangeScope::layer},
        {{"global", "all layers in one ranking, for what goes and for what comes", "Yin et al., NeurIPS 2023 (Chase)"},
         ExchangeScope::global},
    };
    return table;
}

std::int64_t UpdateInterval::at(std::int64_t step) const {
    std::int64_t interval = every;
    for (const std::int64_t milestone : milestones) {
        if (step > milestone) interval *= factor;
    }
    return interval;
}

bool UpdatePlan::falls_on(std::int64_t step) const {
    if ((drop == nullptr && parameters == Parameters::kept) || interval.every <= 0 || step < 1 || step >= total_steps)
        return false;
    return step % interval.at(step) == 0 || (at_start && step == 1);
}

bool UpdatePlan::prunes(std::int64_t step) const {
    if (!density.changes() || !falls_on(step)) return false;
    return step > density.from && step <= density.until && (step - density.from) % density.every == 0;
}

bool UpdatePlan::prunes_neurons(std::int64_t step) const {
    if (step < total_steps && channels.falls_on(step)) return true;
    return importance.every > 0 && step > importance.from && step < total_steps && step % importance.every == 0;
}

bool UpdatePlan::prunes_neurons_too_late() const {
    return importance.every > 0 && !prunes_neurons((importance.from / importance.every + 1) * importance.every);
}

bool UpdatePlan::is_time(std::int64_t step) const {
    return falls_on(step) && (phases.have_begun(step) ? phases.updates : step <= last_update);
}

bool UpdatePlan::exchanges(std::int64_t step) const {
    return grow != nullptr && (is_time(step) || phases.update_largely(step));
}

bool UpdatePlan::refreshes(std::int64_t step) const {
    return parameters != Parameters::kept && is_time(step);
}

bool UpdatePlan::can_change(std::int64_t step) const {
    return refreshes(step) || (exchanges(step) && (drop->has_threshold || fraction(step) > 0.0));
}

std::optional<std::int64_t> UpdatePlan::first_exchange(std::int64_t start) const {
    constexpr std::int64_t most = 1'000'000;
    if (start < 1 && can_change(1)) return 1;
    const std::int64_t every = std::max<std::int64_t>(1, interval.every);
    const std::int64_t last = phases.count > 0 ? total_steps - 1 : std::min(last_update, total_steps - 1);
    std::int64_t step = (start / every + 1) * every;
    for (std::int64_t tried = 0; interval.every > 0 && step <= last; ++tried, step += every) {
        if (tried == most || can_change(step)) return step;
    }
    const bool is_large = phases.begin > start && phases.update_largely(phases.begin);
    return grow != nullptr && is_large ? std::optional(phases.begin) : std::nullopt;
}

bool UpdatePlan::needs_gradient(std::int64_t step) const {
    if (parameters == Parameters::scored && is_time(step)) return true;
    return exchanges(step) && grow->score == GrowScore::gradient;
}

double UpdatePlan::fraction(std::int64_t step) const {
    if (phases.update_largely(step)) return phases.drop_fraction;
    if (phases.have_begun(step)) return drop_fraction.initial;
    const auto last = static_cast<double>(std::max<std::int64_t>(1, last_update));
    return drop_schedule->fraction(drop_fraction, std::min(1.0, static_cast<double>(step) / last));
}

double UpdatePlan::bound(std::int64_t step) const {
    if (step >= soft_until) return 0.0;
    const double progress = static_cast<double>(step) / static_cast<double>(soft_until);
    return soft_bound * 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

ExchangeTotals UpdatePlan::totals(std::int64_t step, std::size_t has, std::size_t first, std::size_t positions) const {
    const bool is_soft = soft_bound > 0.0 && step < soft_until;
    const std::size_t excess = has > first ? has - first : 0;
    const std::size_t share = is_soft ? 0 : rounded_share(fraction(step), has, drop_options.rounding);
    const auto on_top = static_cast<std::size_t>(std::floor(bound(step) * static_cast<double>(positions) + 0.5));
    const std::size_t wanted = std::min(positions, first + on_top);
    const std::size_t dropped = std::max(excess, share);
    const std::size_t stays = has - dropped;
    return {dropped, wanted > stays ? wanted - stays : 0};
}

}  // namespace espalier::sparsity
