#include <algorithm>
#include <string>

#include <espalier/base/text/duration.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/value.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/training/plan/plan.hpp>

/// When and how the topology of a run changes; plan.cpp says what the network is.
namespace espalier::training {
namespace {

std::vector<std::int64_t> steps_at(const std::vector<double>& shares, std::int64_t total) {
    std::vector<std::int64_t> steps;
    for (const double share : shares) steps.push_back(static_cast<std::int64_t>(share * static_cast<double>(total)));
    return steps;
}

sparsity::DensityPlan density_plan(const config::RunConfig::Sparsity& s, std::int64_t every, std::int64_t total) {
    sparsity::DensityPlan plan;
    plan.last = s.density;
    if (s.density_schedule == "constant") return plan;
    plan.schedule = &find_named(sparsity::density_schedules(), s.density_schedule, "sparsity.density_schedule");
    plan.initial = s.initial_density;
    plan.every = every;
    // Events fall where updates do, and none on the last step.
    plan.from = static_cast<std::int64_t>(s.density_from * static_cast<double>(total)) / every * every;
    plan.until = std::min(total - 1, static_cast<std::int64_t>(s.density_until * static_cast<double>(total)));
    if (plan.changes() && plan.events() < 1) {
        throw ConfigError("sparsity.density_schedule: no update falls between density_from and density_until (steps " +
                          std::to_string(plan.from) + " to " + std::to_string(plan.until) +
                          "); sparsity.update_every must be shorter, or the training longer");
    }
    return plan;
}

/// Events lie between the exchanges, half an interval before each.
sparsity::ChannelPlan channel_plan(const config::RunConfig::Sparsity& s, std::int64_t update_every, std::int64_t total,
                                   std::int64_t steps_per_epoch) {
    sparsity::ChannelPlan plan;
    if (s.channel_share == 0.0) return plan;
    plan.share = s.channel_share;
    plan.every = Duration::parse(s.channel_every).in_steps(steps_per_epoch);
    plan.shift = update_every / 2 % plan.every;
    plan.until = std::min(total - 1, static_cast<std::int64_t>(s.channel_until * static_cast<double>(total)));
    plan.floor = s.channel_floor;
    plan.score = choice(sparsity::channel_scores(), s.channel_score, "sparsity.channel_score");
    plan.surplus = choice(sparsity::channel_surpluses(), s.channel_surplus, "sparsity.channel_surplus");
    if (plan.events() < 1) {
        throw ConfigError("sparsity.channel_share = " + config::toml_text(s.channel_share) +
                          ": no channel would ever go, since the first removal would come after step " +
                          std::to_string(plan.every - plan.shift) + " and none may after step " +
                          std::to_string(plan.until) + "; shorten sparsity.channel_every, or train longer");
    }
    return plan;
}

/// What was kept on top goes again, so that the run ends with its density.
void require_end_of_bound(const config::RunConfig::Sparsity& s, const sparsity::UpdatePlan& plan) {
    if (plan.soft_bound == 0.0) return;
    const std::int64_t every = std::max<std::int64_t>(1, plan.interval.every);
    const std::int64_t first = (plan.soft_until + every - 1) / every * every;
    const std::int64_t last = std::min(plan.last_update, plan.total_steps - 1);
    if (first <= last) return;
    throw ConfigError("sparsity.soft_bound = " + config::toml_text(s.soft_bound) +
                      ": the run would end with more weights than sparsity.density has, since no update falls between "
                      "soft_until, step " +
                      std::to_string(plan.soft_until) + ", and the last, by step " + std::to_string(last) +
                      "; shorten sparsity.update_every, or train longer");
}

/// A run that is called dynamic changes its topology.
void require_exchange(const config::RunConfig& config, const sparsity::UpdatePlan& plan, std::int64_t steps_per_epoch) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    if (plan.grow == nullptr && plan.parameters == sparsity::Parameters::kept) return;  // density_plan() looks at it
    const std::int64_t start = config.training.start.in_steps(steps_per_epoch);
    if (start >= plan.total_steps || plan.first_exchange(start)) return;  // first_step() tells of the former
    const std::int64_t last = std::min(plan.last_update, plan.total_steps - 1);
    const std::int64_t every = std::max<std::int64_t>(1, plan.interval.every);
    const std::int64_t first = (start / every + 1) * every;
    const std::string of = "sparsity.stop_fraction = " + config::toml_text(s.stop_fraction) + " of " +
                           std::to_string(plan.phases.begin) + " steps";
    const std::string never = "method " + s.method +
                              (plan.density.changes() ? " would only prune and never exchange a weight: "
                                                      : " would never change its topology: ");
    if (last <= start) {
        throw ConfigError(of + ": " + never + "no update may come after step " + std::to_string(last) +
                          (start > 0 ? ", and training.start is step " + std::to_string(start) : "") +
                          "; raise stop_fraction, train longer, or choose method static");
    }
    if (first <= last) {
        throw ConfigError("sparsity.drop_fraction = " + config::toml_text(s.drop_fraction) + ": " + never +
                          "the fraction is 0 at every update, the first of which comes after step " +
                          std::to_string(first) + " and the last by step " + std::to_string(last) +
                          "; raise drop_fraction, or shorten update_every");
    }
    // A fraction that has come down to 0 by the last update needs an earlier one.
    const bool ends_at_0 = plan.grow != nullptr && !plan.drop->has_threshold && plan.fraction(last) <= 0.0;
    const std::int64_t longest = std::max<std::int64_t>(1, ends_at_0 ? (last - start) / 2 : last - start);
    throw ConfigError("sparsity.update_every = \"" + s.update_every + "\": " + never +
                      "the first update would come after step " + std::to_string(first) +
                      ", and the last may after step " + std::to_string(last) + " (" + of + "); set it to at most \"" +
                      std::to_string(longest) + "it\", or train longer");
}

}  // namespace

sparsity::UpdatePlan update_plan(const config::RunConfig& config, std::int64_t steps_per_epoch) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    sparsity::UpdatePlan plan;
    plan.total_steps = config.training.epochs * steps_per_epoch;
    plan.phases = ticket_phases(config, steps_per_epoch);
    plan.parameters = choice(sparsity::parameter_sets(), s.parameters, "sparsity.parameters");
    if (s.drop_rule == "none" && plan.parameters == sparsity::Parameters::kept) return plan;
    if (s.drop_rule != "none") plan.drop = &find_named(sparsity::drop_rules(), s.drop_rule, "sparsity.drop_rule");
    if (s.grow_rule != "none") plan.grow = &find_named(sparsity::grow_rules(), s.grow_rule, "sparsity.grow_rule");
    plan.drop_schedule = &find_named(sparsity::drop_schedules(), s.drop_schedule, "sparsity.drop_schedule");
    if (s.redistribution != "none") {
        plan.redistribution = &find_named(sparsity::redistributions(), s.redistribution, "sparsity.redistribution");
    }
    plan.drop_fraction = {s.drop_fraction, s.drop_fraction_min, s.drop_power, s.drop_milestones, s.drop_factors};
    plan.drop_options = {choice(sparsity::roundings(), s.drop_rounding, "sparsity.drop_rounding"),
                         s.gradient_weight,
                         s.threshold,
                         s.inclusive_thresholds,
                         s.drop_noise,
                         s.dormant_threshold,
                         s.revival_tolerance,
                         choice(sparsity::revival_followers(), s.revival_next, "sparsity.revival_next")};
    plan.grow_options = {s.sample_factor,
                         choice(sparsity::zero_gradients(), s.zero_gradient, "sparsity.zero_gradient")};
    plan.budget = choice(sparsity::budgets(), s.budget, "sparsity.budget");
    plan.candidates = choice(sparsity::candidate_sets(), s.candidates, "sparsity.candidates");
    plan.regrown = choice(sparsity::regrown_values(), s.regrown_value, "sparsity.regrown_value");
    plan.gradient_time = choice(sparsity::gradient_times(), s.gradient_time, "sparsity.gradient_time");
    plan.bilevel = {s.mask_rate,
                    choice(sparsity::mask_gradients(), s.mask_gradient, "sparsity.mask_gradient"),
                    choice(sparsity::soft_masks(), s.mask_soft, "sparsity.mask_soft"),
                    s.mask_ridge,
                    choice(sparsity::mask_scopes(), s.mask_scope, "sparsity.mask_scope"),
                    s.mask_candidates};
    plan.threshold_tolerance = s.threshold_tolerance;
    plan.threshold_target = s.threshold_target;
    plan.min_per_layer = static_cast<std::size_t>(s.min_per_layer);
    plan.prune_globally = s.prune_scope == "global";
    plan.last_layer = s.classifier_density;
    plan.at_start = s.update_at_start;
    plan.skip_optimizer_step = s.skip_optimizer_step;
    // What is said as a share of the training ends where tickets begin to be made.
    const std::int64_t pretraining = plan.phases.begin;
    plan.interval = {Duration::parse(s.update_every).in_steps(steps_per_epoch),
                     steps_at(s.update_milestones, pretraining), s.update_factor};
    plan.density = density_plan(s, std::max<std::int64_t>(1, plan.interval.every), pretraining);
    plan.dormant_samples = static_cast<std::size_t>(s.dormant_samples);
    plan.patience = s.early_stop.in_steps(steps_per_epoch);
    plan.importance = {s.importance_from.in_steps(steps_per_epoch),
                       Duration::parse(s.importance_every).in_steps(steps_per_epoch), s.importance_percentile,
                       s.importance_hard};
    plan.scope = choice(sparsity::exchange_scopes(), s.exchange_scope, "sparsity.exchange_scope");
    plan.channels = channel_plan(s, plan.interval.every, pretraining, steps_per_epoch);
    plan.soft_bound = s.soft_bound;
    plan.soft_until = static_cast<std::int64_t>(s.soft_until * static_cast<double>(pretraining));
    plan.last_update = static_cast<std::int64_t>(s.stop_fraction * static_cast<double>(pretraining));
    require_exchange(config, plan, steps_per_epoch);
    require_end_of_bound(s, plan);
    return plan;
}

}  // namespace espalier::training
