#include <algorithm>
#include <cmath>

#include <espalier/base/text/duration.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/value.hpp>
#include <espalier/data/split.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/training/plan/foresight.hpp>

namespace espalier::training {
namespace {

using sparsity::LayerAllotment;
using sparsity::UpdatePlan;

/// Whether an exchange may change the layer at all: one that is full has nowhere to grow, unless weights move between
/// layers.
bool is_open(const LayerAllotment& layer, const UpdatePlan& updates) {
    const bool moves = updates.redistribution != nullptr || updates.budget != sparsity::Budget::exchange ||
                       updates.scope == sparsity::ExchangeScope::global;
    return !layer.forced_dense && (moves || layer.kept < sparsity::positions(layer.shape));
}

/// Weights that an exchange with this fraction drops of a layer.
std::size_t dropped(const LayerAllotment& layer, const UpdatePlan& updates, double fraction) {
    const std::size_t share = sparsity::rounded_share(fraction, layer.kept, updates.drop_options.rounding);
    return std::min(share, layer.kept - std::min(layer.kept, updates.min_per_layer));
}

/// Where the number of dropped weights follows from the fraction and the first counts alone.
bool drops_a_share(const config::RunConfig::Sparsity& s, const UpdatePlan& updates) {
    return updates.drop != nullptr && updates.grow != nullptr && !updates.drop->has_threshold &&
           updates.drop->count == nullptr && !updates.density.changes() && s.structure == "none" &&
           s.drop_schedule != "stepwise" && updates.phases.count == 0 &&
           updates.scope == sparsity::ExchangeScope::layer;
}

std::int64_t steps_of(const std::string& length, std::int64_t steps_per_epoch) {
    return Duration::parse(length).in_steps(steps_per_epoch);
}

/// Lengths of time that a training of so many steps never sees, as "optimizer.cycle = "8ep"".
class Unreached {
  public:
    Unreached(std::int64_t steps, std::int64_t steps_per_epoch) : steps_(steps), steps_per_epoch_(steps_per_epoch) {}

    void add(const std::string& key, const std::string& length, const std::string& consequence) {
        const std::int64_t asked = steps_of(length, steps_per_epoch_);
        if (asked <= steps_) return;
        lines_.push_back(key + " = \"" + length + "\" (" + std::to_string(asked) + " steps) is longer than the " +
                         std::to_string(steps_) + " steps there are: " + consequence);
    }
    std::vector<std::string> lines() && { return std::move(lines_); }

  private:
    std::int64_t steps_;
    std::int64_t steps_per_epoch_;
    std::vector<std::string> lines_;
};

std::vector<std::string> unreached_lengths(const config::RunConfig& config, const UpdatePlan& updates,
                                           std::int64_t steps_per_epoch) {
    const config::RunConfig::Optimizer& o = config.optimizer;
    Unreached in_training(updates.total_steps, steps_per_epoch);
    in_training.add("training.evaluate_every", config.training.evaluate_every.text(),
                    "evaluated at the start and the end alone");
    in_training.add("snapshots.every", config.snapshots.every.text(), "snapshots of the start and the end alone");
    if (config.training.checkpoint_every != "auto") {
        in_training.add("training.checkpoint_every", config.training.checkpoint_every,
                        "no checkpoint before the end, unless a signal asks for one");
    }
    std::vector<std::string> lines = std::move(in_training).lines();
    Unreached in_schedule(updates.phases.begin, steps_per_epoch);
    in_schedule.add("optimizer.warmup", o.warmup.text(), "the learning rate never reaches optimizer.learning_rate");
    if (o.schedule == "cyclical") in_schedule.add("optimizer.cycle", o.cycle.text(), "not one cycle is complete");
    if (updates.grow != nullptr && updates.grow->until_plateau) {
        in_schedule.add("sparsity.early_stop", config.sparsity.early_stop.text(),
                        "no plateau can be found, so that it never grows randomly");
    }
    for (std::string& line : std::move(in_schedule).lines()) lines.push_back(std::move(line));
    return lines;
}

/// Milestones behind the last step that has a learning rate.
std::string unreached_milestones(const config::RunConfig::Optimizer& o, std::int64_t steps) {
    if (o.schedule != "step") return "";
    const double last = static_cast<double>(steps - 1) / static_cast<double>(steps);
    std::vector<std::string> late;
    for (const double milestone : o.milestones) {
        if (milestone > last) late.push_back(config::toml_text(milestone));
    }
    if (late.empty()) return "";
    return "optimizer.milestones " + join(late) + " are never reached: the last of " + std::to_string(steps) +
           " steps is at share " + config::toml_text(last) + " of the training";
}

/// Where events by time end before the schedule does.
std::string missed_density(const UpdatePlan& updates) {
    const sparsity::DensityPlan& density = updates.density;
    if (!density.changes()) return "";
    const std::int64_t last = density.from + density.events() * density.every;
    const double reached = density.density(last);
    if (reached == density.last) return "";
    return "the density ends at " + config::toml_text(reached) +
           ", not at sparsity.density = " + config::toml_text(density.last) + ": the last pruning comes after step " +
           std::to_string(last) + ", and the schedule ends with step " + std::to_string(density.until) +
           "; density_schedule cubic_events reaches it";
}

std::string nothing_to_exchange(const config::RunConfig& config, const UpdatePlan& updates,
                                const NetworkPlan& network) {
    const bool exchanges = updates.drop != nullptr && updates.grow != nullptr && !updates.density.changes();
    if (!exchanges || updates.importance.every > 0) return "";
    if (std::ranges::any_of(network.layers, [&](const auto& layer) { return is_open(layer, updates); })) return "";
    return "method " + config.sparsity.method +
           " keeps every weight of every layer, so that no update has anything to exchange: it trains as method dense";
}

/// Few chances to change are hardly a dynamic method. Where pruning or phases change the topology too, nothing is
/// counted.
std::string few_updates(const config::RunConfig& config, const UpdatePlan& updates, std::int64_t steps_per_epoch) {
    constexpr std::int64_t enough = 5;
    const bool exchanges = updates.grow != nullptr || updates.parameters != sparsity::Parameters::kept;
    if (!exchanges || updates.density.changes() || updates.phases.count > 0 || updates.importance.every > 0) return "";
    const std::int64_t start = config.training.start.in_steps(steps_per_epoch);
    std::int64_t count = 0;
    std::int64_t last = start;
    for (auto next = updates.first_exchange(start); next && count < enough; next = updates.first_exchange(last)) {
        last = *next;
        ++count;
    }
    if (count == 0 || count >= enough) return "";
    const std::int64_t until = std::min(updates.last_update, updates.total_steps - 1);
    const std::int64_t every = (until - start) / (enough + 1);  // the last may drop a share of 0
    return "method " + config.sparsity.method + " changes its topology " + std::to_string(count) +
           (count == 1 ? " time in " : " times in ") + std::to_string(updates.total_steps - start) + " steps; " +
           (every > 0 ? "sparsity.update_every = \"" + std::to_string(every) + "it\" for more"
                      : std::string("train longer for more"));
}

}  // namespace

void require_droppable(const config::RunConfig& config, const UpdatePlan& updates, const NetworkPlan& network) {
    const auto first = updates.first_exchange(0);
    if (!first || !drops_a_share(config.sparsity, updates)) return;
    const double fraction = updates.fraction(*first);
    std::size_t largest = 0;
    bool is_one_open = false;
    for (const LayerAllotment& layer : network.layers) {
        if (!is_open(layer, updates)) continue;
        if (dropped(layer, updates, fraction) > 0) return;
        is_one_open = true;
        largest = std::max(largest, layer.kept);
    }
    if (!is_one_open) return;
    throw ConfigError("sparsity.drop_fraction: method " + config.sparsity.method +
                      " would never change its topology: at its first update, after step " + std::to_string(*first) +
                      ", a share of " + config::toml_text(fraction) + " of a layer's weights, at most " +
                      std::to_string(largest) + ", drops none (drop_rounding \"" + config.sparsity.drop_rounding +
                      "\", min_per_layer " + std::to_string(config.sparsity.min_per_layer) +
                      "); raise drop_fraction or the density");
}

std::vector<std::string> without_effect(const config::RunConfig& config, const UpdatePlan& updates,
                                        const NetworkPlan& network, std::int64_t steps_per_epoch) {
    std::vector<std::string> lines = unreached_lengths(config, updates, steps_per_epoch);
    for (std::string line :
         {unreached_milestones(config.optimizer, updates.phases.begin), missed_density(updates),
          nothing_to_exchange(config, updates, network), few_updates(config, updates, steps_per_epoch)}) {
        if (!line.empty()) lines.push_back(std::move(line));
    }
    return lines;
}

void require_possible_times(const config::RunConfig& config, std::size_t examples) {
    const std::int64_t epoch = steps_per_epoch(config, examples);
    first_step(config, epoch);
    snapshot_steps(config, epoch);
    update_plan(config, epoch);
}

void require_batches(const config::RunConfig& config, std::size_t examples) {
    if (config.model.normalisation != "batch_norm") return;
    const std::size_t training = data::split_off_validation(examples, config.data.validation).training.size();
    const auto batch = static_cast<std::size_t>(config.training.batch_size);
    if (batch > 1 && training % batch != 1) return;
    throw ConfigError("model.normalisation: batch_norm has no variance of one sample, and training.batch_size = " +
                      std::to_string(batch) + " leaves a batch of one of " + std::to_string(training) +
                      " training samples: choose another size");
}

void require_possible(const config::RunConfig& config, const DataSizes& sizes) {
    require_possible_times(config, sizes.examples);
    require_batches(config, sizes.examples);
    const NetworkPlan network = plan_network(config, sizes.inputs, sizes.classes);
    const bool counts_are_known = network.init.saliency == nullptr && config.sparsity.placement == "exact";
    if (!counts_are_known) return;
    require_droppable(config, update_plan(config, steps_per_epoch(config, sizes.examples)), network);
}

}  // namespace espalier::training
