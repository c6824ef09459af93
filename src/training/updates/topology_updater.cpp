#include <algorithm>
#include <iterator>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/updates/topology_updater.hpp>

namespace espalier::training {

TopologyUpdater::TopologyUpdater(const config::RunConfig& config, nn::Network<float>& network, const NetworkPlan& plan,
                                 std::int64_t steps_per_epoch, std::size_t optimizer_arrays)
    : TopologyUpdater(config, &network, nn::weight_ports(network), plan, steps_per_epoch, optimizer_arrays) {}

TopologyUpdater::TopologyUpdater(const config::RunConfig& config, std::vector<nn::WeightPort<float>> ports,
                                 const NetworkPlan& plan, std::int64_t steps_per_epoch, std::size_t optimizer_arrays)
    : TopologyUpdater(config, nullptr, std::move(ports), plan, steps_per_epoch, optimizer_arrays) {}

TopologyUpdater::TopologyUpdater(const config::RunConfig& config, nn::Network<float>* network,
                                 std::vector<nn::WeightPort<float>> ports, const NetworkPlan& plan,
                                 std::int64_t steps_per_epoch, std::size_t optimizer_arrays)
    : seed_(static_cast<std::uint64_t>(config.seed)),
      network_(network),
      plan_(update_plan(config, steps_per_epoch)),
      grow_init_(sparsity::parse_grow_init(config.sparsity.grow_init)),
      reset_momentum_(config.sparsity.reset_momentum),
      optimizer_arrays_(optimizer_arrays),
      ports_(std::move(ports)),
      allotments_(plan.layers),
      threshold_(config.sparsity.threshold) {
    if (config.sparsity.structure != "none") form_ = sparsity::parse_update_form(config.sparsity.structure);
    if (network_ == nullptr) require_masks_alone(config);
    if (plan_.parameters == sparsity::Parameters::dense) {
        top_kast_ = remember<TopKast>(config, *network_, plan, plan_.phases.begin, optimizer_arrays);
    }
    const bool scores = plan_.parameters == sparsity::Parameters::scored;
    if (scores) bilevel_ = remember<BilevelMasks>(config, plan_.bilevel, *network_, plan);
    for (std::size_t number = 0; number < layers(); ++number) {
        changes_.push_back((plan_.drop != nullptr || scores) && !allotments_[number].forced_dense);
        baseline_.push_back(weight(number).kept());
    }
    if (form_.is_in_blocks()) require_common_unit(config);
    if (plan_.importance.every > 0 || plan_.channels.removes())
        neuron_pruning_ = remember<NeuronPruning>(plan_, allotments_, plan.spec, seed_);
    if (plan_.drop != nullptr && plan_.drop->tracking != sparsity::Tracking::none) {
        tracking_ = remember<DropTracking>(plan_.drop->tracking, ports_, changes_, optimizer_arrays_);
    }
    if (plan_.dormant_samples > 0) {
        dormant_ = std::make_unique<DormantNeurons>(*network_, network_->weighted_layers(),
                                                    plan_.drop_options.dormant_threshold, plan_.dormant_samples);
    }
    const bool exchanges = plan_.drop != nullptr && plan_.grow != nullptr;
    if (exchanges) remember_for_exchanges(config);
    const bool needs_union =
        exchanges && (plan_.candidates == sparsity::CandidateSet::never_active || plan_.grow->only_never_active);
    if (config.sparsity.exploration) explore(needs_union);
}

void TopologyUpdater::require_masks_alone(const config::RunConfig& config) const {
    const auto refuse = [&](const std::string& key, const std::string& value, const std::string& why) {
        throw ConfigError("sparsity." + key + " = \"" + value + "\" " + why + ": not for layers of other programs");
    };
    const config::RunConfig::Sparsity& s = config.sparsity;
    if (plan_.parameters != sparsity::Parameters::kept) refuse("parameters", s.parameters, "has absent weights, too");
    if (plan_.grow != nullptr && plan_.grow->score == sparsity::GrowScore::similarity)
        refuse("grow_rule", s.grow_rule, "compares activations");
    if (plan_.grow != nullptr && plan_.grow->until_plateau) refuse("grow_rule", s.grow_rule, "watches accuracies");
    if (plan_.gradient_time == sparsity::GradientTime::fresh)
        refuse("gradient_time", s.gradient_time, "goes through the network once more");
    if (s.momentum_state == "dense") refuse("momentum_state", s.momentum_state, "keeps momentum of absent weights");
    if (plan_.importance.every > 0) refuse("importance_every", s.importance_every, "prunes neurons and biases");
    if (plan_.channels.removes())
        refuse("channel_share", std::to_string(s.channel_share), "removes channels and biases");
    if (plan_.dormant_samples > 0) refuse("dormant_samples", std::to_string(s.dormant_samples), "looks at activations");
    if (plan_.skip_optimizer_step) refuse("skip_optimizer_step", "true", "leaves out steps of the optimizer");
    if (s.reset_momentum) refuse("reset_momentum", "true", "empties the optimizer's state");
    if (s.structure != "none") refuse("structure", s.structure, "is tried on networks of this program alone");
}

/// Blocks are dealt between layers by number: they must then be of one size.
void TopologyUpdater::require_common_unit(const config::RunConfig& config) const {
    const bool ranks_all = plan_.density.changes() && plan_.prune_globally;
    if (plan_.redistribution == nullptr && !ranks_all) return;
    const std::string remedy = ranks_all ? "set sparsity.prune_scope = \"layer\"" : "leave sparsity.redistribution out";
    std::size_t first = layers();
    for (std::size_t number = 0; number < layers(); ++number) {
        if (!may_change(number)) continue;
        if (first == layers()) first = number;
        if (unit(number) == unit(first)) continue;
        throw ConfigError("sparsity.structure = \"" + config.sparsity.structure + "\": a block of layer " +
                          allotments_[first].name + " has " + std::to_string(unit(first)) + " weights, one of " +
                          allotments_[number].name + " " + std::to_string(unit(number)) +
                          ", since a block spans the whole kernel, and blocks of different sizes are not dealt "
                          "between layers: " +
                          remedy);
    }
}

/// Of layers that may change, whose blocks are of one size.
std::size_t TopologyUpdater::common_unit() const {
    for (std::size_t number = 0; number < layers(); ++number) {
        if (may_change(number)) return unit(number);
    }
    return 1;
}

void TopologyUpdater::require_shareable_state(const config::RunConfig& config) const {
    const auto refuse = [](const std::string& key, const std::string& value) {
        throw ConfigError("--shard-optimizer: sparsity." + key + " = \"" + value +
                          "\" needs what is kept of every weight on every rank; leave the option out");
    };
    const config::RunConfig::Sparsity& s = config.sparsity;
    if (top_kast_ != nullptr || bilevel_ != nullptr) refuse("parameters", s.parameters);
    if (tracking_ != nullptr) refuse("drop_rule", s.drop_rule);
    if (velocity_ != nullptr) refuse("momentum_state", s.momentum_state);
}

void TopologyUpdater::remember_for_exchanges(const config::RunConfig& config) {
    const sparsity::GrowScore score = plan_.grow->score;
    const bool by_momentum = score == sparsity::GrowScore::momentum ||
                             (plan_.redistribution != nullptr && plan_.redistribution->needs_momentum);
    const auto gathered = [&](GatheredGradients::Form form) {
        return remember<GatheredGradients>(std::move(form), ports_, changes_);
    };
    const double decay = config.sparsity.momentum_decay;
    if (by_momentum) momentum_ = gathered({.name = "momentum", .decay = decay, .weight = 1.0 - decay});
    if (config.sparsity.momentum_state == "dense") {
        velocity_ = gathered({.name = "velocity", .decay = config.optimizer.momentum});
    }
    if (score == sparsity::GrowScore::momentum) growth_ = momentum_;
    if (score == sparsity::GrowScore::accumulated) growth_ = gathered({.name = "gathered", .starts_anew = true});
    if (score == sparsity::GrowScore::similarity) {
        growth_ = remember<CosineGrowth>(*plan_.grow, plan_.patience, *network_, changes_);
    }
}

void TopologyUpdater::explore(bool needs_union) {
    explored_ = remember<ExploredMasks>();
    for (std::size_t number = 0; number < layers(); ++number) {
        nn::MaskedWeight<float>& layer = weight(number);
        explored_->add_layer(layer.pattern(), layer.bytes());
        if (needs_union && may_change(number) && !explored_->layers().back().can_hold_union()) {
            throw ConfigError("sparsity: growing what was never active needs the union of all masks, and layer " +
                              allotments_[number].name + " of " + layer.pattern().shape_text() +
                              " is too large for it; choose another grow_rule or candidates");
        }
    }
}

bool TopologyUpdater::needs_gradients(std::int64_t step) const {
    for (const auto& memory : memories_) {
        if (memory->reads_all_gradients()) return true;
        for (std::size_t number = 0; number < ports_.size(); ++number) {
            if (memory->reads_more_gradients(number) > 0) return true;
        }
    }
    return plan_.needs_gradient(step) ||
           (plan_.exchanges(step) && grow_init_.kind == sparsity::GrowInit::Kind::gradient);
}

std::size_t TopologyUpdater::gradient_multiply_adds(std::int64_t step) {
    bool all = plan_.needs_gradient(step);
    for (const auto& memory : memories_) all = all || memory->reads_all_gradients();
    std::size_t sum = 0;
    for (std::size_t number = 0; number < layers(); ++number) {
        std::size_t entries = all && may_change(number) ? weight(number).positions() : weight(number).kept();
        if (all && bilevel_ != nullptr && may_change(number)) entries = bilevel_->looks_at(number);
        for (const auto& memory : memories_) entries += memory->reads_more_gradients(number);
        sum += allotments_[number].uses * entries;
    }
    return sum;
}

void TopologyUpdater::save(CheckpointWriter& checkpoint) const {
    checkpoint.put_scalar("threshold", threshold_);
    for (const auto& memory : memories_) memory->save(checkpoint);
}

void TopologyUpdater::load(const CheckpointReader& checkpoint) {
    threshold_ = checkpoint.scalar<double>("threshold");
    for (const auto& memory : memories_) memory->load(checkpoint);
}

sparsity::PositionRows TopologyUpdater::gradient_rows(const nn::Passes<float>& passes, std::size_t number) const {
    return [this, &passes, number](std::size_t first, std::size_t count, std::span<float> out) {
        ports_[number].gradient_rows(passes, first, count, out);
    };
}

sparsity::PositionScores TopologyUpdater::gradient_at(const nn::Passes<float>& passes, std::size_t number) const {
    return [this, &passes, number](const Pattern& where, std::span<float> out) {
        ports_[number].gradient_at(passes, where, out);
    };
}

void TopologyUpdater::after_backward(const nn::Passes<float>& passes) {
    for (const auto& memory : memories_) memory->after_backward(passes);
}

sparsity::DropContext TopologyUpdater::drop_context(std::size_t number, std::int64_t step, double fraction) {
    nn::MaskedWeight<float>& layer = weight(number);
    sparsity::DropContext context{
        layer.pattern(),
        layer.parameter().values,
        layer.parameter().gradient,
        {},
        fraction,
        plan_.drop_options,
        Stream(seed_, Purpose::score_noise, static_cast<std::uint32_t>(number), static_cast<std::uint64_t>(step))};
    context.options.threshold = threshold_;
    if (tracking_ != nullptr) context.tracked = (*tracking_)[number];
    if (dormant_ != nullptr) context.activity = dormant_->activity(number);
    return context;
}

sparsity::GrowSource TopologyUpdater::grow_source(const nn::Passes<float>& passes, std::size_t number,
                                                  std::int64_t step) {
    sparsity::GrowSource source{
        {},
        explored_ == nullptr ? nullptr : &explored_->layers()[number],
        neuron_pruning_ == nullptr ? nullptr : neuron_pruning_->living(number),
        Stream(seed_, Purpose::growth, static_cast<std::uint32_t>(number), static_cast<std::uint64_t>(step))};
    if (plan_.grow->score == sparsity::GrowScore::gradient) {
        source.rows = gradient_rows(passes, number);
        source.at = gradient_at(passes, number);
        source.ranks = ranks_;
    } else if (growth_ != nullptr) {
        source.rows = growth_->scores(number);
    }
    return source;
}

std::vector<LayerChange> TopologyUpdater::update(const nn::Passes<float>& passes, std::int64_t step,
                                                 const DataAccess& data) {
    std::vector<LayerChange> changes;
    for (const nn::WeightPort<float>& port : ports_) changes.push_back({port.layer()});
    if (dormant_ != nullptr) {
        dormant_->measure(data);
        for (std::size_t number = 0; number < layers(); ++number) changes[number].before = dormant_->count(number);
    }
    change(passes, step, data, changes);
    if (dormant_ != nullptr) {
        dormant_->measure(data);
        for (std::size_t number = 0; number < layers(); ++number) changes[number].after = dormant_->count(number);
    }
    return changes;
}

void TopologyUpdater::change(const nn::Passes<float>& passes, std::int64_t step, const DataAccess& data,
                             std::vector<LayerChange>& changes) {
    if (plan_.prunes(step)) prune(step, changes);
    if (plan_.prunes_neurons(step)) prune_neurons(step, changes);
    if (plan_.exchanges(step)) {
        const Stopwatch preparing;
        for (const auto& memory : memories_) memory->before_exchange(step, data);
        const double seconds_each = preparing.seconds() / static_cast<double>(layers());
        for (LayerChange& change : changes) change.seconds += seconds_each;
        exchange(passes, step, changes);
        for (const auto& memory : memories_) memory->after_exchange();
    }
    if (plan_.refreshes(step)) refresh(passes, step, changes);
    for (const auto& memory : memories_) memory->after_update();
    if (reset_momentum_) {
        std::vector<nn::Parameter<float>*> parameters = network_->table().trained();
        if (top_kast_ != nullptr) std::ranges::copy(top_kast_->reserves(), std::back_inserter(parameters));
        for (nn::Parameter<float>* parameter : parameters) {
            for (std::size_t s = 0; s < optimizer_arrays_; ++s) std::ranges::fill(parameter->state[s], 0.0F);
        }
    }
}

void TopologyUpdater::prune(std::int64_t step, std::vector<LayerChange>& changes) {
    const Stopwatch ranking;
    const std::vector<std::size_t> counts = prune_counts(step);
    const double seconds_each = ranking.seconds() / static_cast<double>(layers());
    for (std::size_t number = 0; number < layers(); ++number) {
        const Stopwatch start;
        if (counts[number] > 0) {
            weight(number).release_transposed();
            weight(number).apply(sparsity::prune(plan_, form(number), drop_context(number, step, 0.0), counts[number]));
            if (ports_[number].has_input_gradient())
                weight(number).transposed();  // made now: its time is the update's, not the next step's
        }
        changes[number].dropped += counts[number];
        changes[number].seconds += seconds_each + start.seconds();
    }
}

BilevelMasks::Change TopologyUpdater::refreshed(std::size_t number, std::int64_t step) {
    if (bilevel_ != nullptr) return bilevel_->refresh(number);
    const std::size_t moved = top_kast_->refresh(number, step);
    return {moved, moved};
}

void TopologyUpdater::refresh(const nn::Passes<float>& passes, std::int64_t step, std::vector<LayerChange>& changes) {
    const Stopwatch scoring;
    if (bilevel_ != nullptr) bilevel_->step_scores(passes, step);
    const double seconds_each = scoring.seconds() / static_cast<double>(layers());
    for (std::size_t number = 0; number < layers(); ++number) {
        const Stopwatch start;
        const BilevelMasks::Change moved = refreshed(number, step);
        changes[number].dropped = moved.left;
        changes[number].grown = moved.came;
        if (moved.left + moved.came > 0) {
            if (ports_[number].has_input_gradient())
                weight(number).transposed();  // made now: its time is the update's, not the next step's
            if (explored_ != nullptr) explored_->add(number, weight(number).pattern());
        }
        changes[number].seconds = seconds_each + start.seconds();
    }
}

void TopologyUpdater::exchange(const nn::Passes<float>& passes, std::int64_t step, std::vector<LayerChange>& changes) {
    const Stopwatch counting;
    const double fraction = plan_.fraction(step);
    const bool is_global = plan_.scope == sparsity::ExchangeScope::global;
    const std::vector<Quota> wanted = is_global ? global_quotas(passes, step) : quotas(step);
    const double seconds_each = counting.seconds() / static_cast<double>(layers());
    for (std::size_t number = 0; number < layers(); ++number) {
        const Stopwatch start;
        const Quota& quota = wanted[number];
        if (quota.dropped > 0 || quota.grown > 0) {
            weight(number).release_transposed();
            PatternUpdate update =
                is_dealt(number) ? exchange_dealt(number, step, fraction, quota)
                                 : sparsity::exchange(plan_, form(number), drop_context(number, step, fraction),
                                                      quota.dropped, quota.grown, grow_source(passes, number, step));
            changes[number].dropped += update.dropped;
            changes[number].grown += update.grown;
            apply(passes, number, step, std::move(update));
        }
        changes[number].seconds += seconds_each + start.seconds();
    }
}

void TopologyUpdater::apply(const nn::Passes<float>& passes, std::size_t number, std::int64_t step,
                            PatternUpdate update) {
    const bool sets_values = grow_init_.kind != sparsity::GrowInit::Kind::zeros || velocity_ != nullptr;
    const PatternUpdate kept_for_values = sets_values ? update : PatternUpdate{};
    weight(number).apply(std::move(update), false);
    if (sets_values) begin_grown(passes, number, step, kept_for_values);
    if (ports_[number].has_input_gradient())
        weight(number).transposed();  // made now: its time is the update's, not the next step's
    if (explored_ != nullptr) explored_->add(number, weight(number).pattern());
}

/// Values and momentum of what grew, where these are not 0.
void TopologyUpdater::begin_grown(const nn::Passes<float>& passes, std::size_t number, std::int64_t step,
                                  const PatternUpdate& update) {
    nn::Parameter<float>& parameter = weight(number).parameter();
    const Pattern& pattern = update.pattern;
    AlignedVector<float> gradient;
    if (grow_init_.kind == sparsity::GrowInit::Kind::gradient) {
        gradient.resize(pattern.edges());
        ports_[number].gradient_at(passes, pattern, gradient);
    }
    sparsity::set_grown(
        grow_init_, update, gradient,
        Stream(seed_, Purpose::growth_values, static_cast<std::uint32_t>(number), static_cast<std::uint64_t>(step)),
        parameter.values);
    if (velocity_ == nullptr) return;
    for (std::size_t row = 0; row < pattern.rows(); ++row) {
        const auto cols = pattern.row(row);
        for (std::size_t k = 0; k < cols.size(); ++k) {
            const std::size_t edge = pattern.row_begin(row) + k;
            if (update.source[edge] != PatternUpdate::grown_here) continue;
            parameter.state[0][edge] = (*velocity_)[number][row * pattern.cols() + cols[k]];
        }
    }
}

}  // namespace espalier::training
