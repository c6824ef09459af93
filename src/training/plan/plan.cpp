#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/text/duration.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/model_layers.hpp>
#include <espalier/config/value.hpp>
#include <espalier/data/split.hpp>
#include <espalier/sparsity/initial/initial_mask.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/state/loaded_parameters.hpp>

namespace espalier::training {

namespace {

std::size_t free_positions(const NetworkPlan& plan) {
    std::size_t total = 0;
    for (const auto& layer : plan.layers) total += layer.forced_dense ? 0 : sparsity::positions(layer.shape);
    return total;
}

void require_final_weights(const config::RunConfig& config, const NetworkPlan& plan) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    const std::size_t free = free_positions(plan);
    const auto left = static_cast<std::size_t>(std::floor(s.density * static_cast<double>(free) + 0.5));
    if (s.density_schedule == "constant" || s.min_per_layer > 0 || free < plan.positions() || left > 0) return;
    throw ConfigError("sparsity.density = " + config::toml_text(s.density) + " of " + std::to_string(free) +
                      " weights leaves none at the end: give at least " +
                      config::toml_text(1.0 / static_cast<double>(free)));
}

}  // namespace

void require_weights(const config::RunConfig& config, const NetworkPlan& plan) {
    if (plan.kept() > 0) return;
    const config::RunConfig::Sparsity& s = config.sparsity;
    if (plan.file != nullptr) {
        throw ConfigError("sparsity.init = \"" + s.init +
                          "\" keeps no weight in any layer: the network would be empty");
    }
    throw ConfigError("sparsity.density = " + config::toml_text(first_density(config)) + " of " +
                      std::to_string(plan.positions()) + " weights keeps none: give at least " +
                      config::toml_text(1.0 / static_cast<double>(std::max<std::size_t>(1, free_positions(plan)))));
}

std::int64_t steps_per_epoch(const config::RunConfig& config, std::size_t examples) {
    const std::size_t training = data::split_off_validation(examples, config.data.validation).training.size();
    const auto batch = static_cast<std::size_t>(config.training.batch_size);
    return static_cast<std::int64_t>((training + batch - 1) / batch);
}

double first_density(const config::RunConfig& config) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    return s.density_schedule == "constant" ? s.density : s.initial_density;
}

std::size_t NetworkPlan::positions() const {
    std::size_t total = 0;
    for (const auto& layer : layers) total += sparsity::positions(layer.shape);
    return total;
}

std::size_t NetworkPlan::multiply_adds() const {
    std::size_t total = 0;
    for (const auto& layer : layers) total += layer.uses * sparsity::positions(layer.shape);
    return total;
}

std::size_t NetworkPlan::kept() const {
    std::size_t total = 0;
    for (const auto& layer : layers) total += layer.kept;
    return total;
}

double NetworkPlan::density() const {
    return static_cast<double>(kept()) / static_cast<double>(positions());
}

namespace {

/// Every position kept; absent weights are 0.
void keep_everything(topology::Layer& layer) {
    if (layer.values.empty() && layer.pattern.edges() > 0) return;  // a mask alone: whoever loads weights says so
    std::vector<float> values(layer.pattern.positions());
    std::size_t at = 0;
    for (std::size_t row = 0; row < layer.pattern.rows(); ++row) {
        for (const std::uint32_t col : layer.pattern.row(row)) {
            values[row * layer.pattern.cols() + col] = layer.values[at++];
        }
    }
    layer.values = std::move(values);
    layer.pattern = Pattern::full(layer.pattern.rows(), layer.pattern.cols());
}

std::shared_ptr<const topology::StoredNetwork> init_network(const config::RunConfig::Sparsity& sparsity,
                                                            const std::string& file, const nn::NetworkSpec& spec,
                                                            std::vector<std::string>& notes) {
    const auto note = [&](const std::string& text) { notes.push_back(text); };
    auto network =
        std::make_shared<topology::StoredNetwork>(topology::read_network(file, {.keeps_flat = true, .notice = note}));
    if (spec.image.channels != 0) require_names(*network, spec.weight_names(), "sparsity.init = \"file:" + file + "\"");
    if (auto ordered = in_order_of(*network, spec.weight_names())) *network = std::move(*ordered);
    if (find_named(sparsity::methods(), sparsity.method, "sparsity.method").keeps_every_weight()) {
        for (topology::Layer& layer : network->topology.layers) keep_everything(layer);
    }
    return network;
}

}  // namespace

namespace {

std::size_t outputs_of(const config::RunConfig::Model& model, std::size_t classes) {
    if (model.classes == 0) return classes;
    if (static_cast<std::size_t>(model.classes) >= classes) return static_cast<std::size_t>(model.classes);
    throw ConfigError("model.classes = " + std::to_string(model.classes) + ": the data have " +
                      std::to_string(classes) + " classes, and each needs an output");
}

}  // namespace

nn::Sample sample_of(const data::SampleShape& shape) {
    return {shape.channels, shape.height, shape.width};
}

nn::NetworkSpec network_spec(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes) {
    constexpr double most_weights = 1152921504606846976.0;
    const config::RunConfig::Model& m = config.model;
    nn::ModelChoice choice{
        .hidden = {},
        .activation = {&nn::activation(m.activation), m.leaky_slope, m.all_relu_slope},
        .dropout = m.dropout,
        .normalisation = &nn::normalisation(m.normalisation),
        .width = static_cast<std::size_t>(m.width),
        .global_pool = m.global_pool,
        .layers = config::model_layers(m.layers),
        .kernels = {m.kernels.begin(), m.kernels.end()},
        .layer_scale = m.layer_scale,
        .stochastic_depth = m.stochastic_depth,
        .heads = static_cast<std::size_t>(m.heads),
        .head_blocks = static_cast<std::size_t>(m.head_blocks),
        .shared_final_norm = m.shared_final_norm,
        .merge_heads = m.merge_heads == "logits" ? nn::HeadMerge::logits : nn::HeadMerge::probabilities};
    for (const std::int64_t width : m.hidden) choice.hidden.push_back(static_cast<std::size_t>(width));
    nn::NetworkSpec spec = nn::network_spec(m.kind, choice, inputs, outputs_of(m, classes));
    if (spec.positions() > most_weights) {
        throw ConfigError("model.hidden: the network would have more than 2^60 weights");
    }
    return spec;
}

sparsity::AllotmentRequest allotment_request(const config::RunConfig& config, const NetworkPlan& plan) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    return {.init = plan.init,
            .density = first_density(config),
            .epsilon = s.epsilon,
            .dense_layers = s.dense_layers,
            .layer_densities = &find_named(sparsity::distributions(), s.layer_densities, "sparsity.layer_densities"),
            .erk_power = s.erk_power,
            .score_by_layer = s.score_scope == "layer",
            .file = plan.file ? &plan.file->topology : nullptr};
}

NetworkPlan plan_network(const config::RunConfig& config, const nn::Sample& inputs, std::size_t classes) {
    NetworkPlan plan;
    plan.spec = network_spec(config, inputs, classes);
    const config::RunConfig::Sparsity& s = config.sparsity;
    plan.init = sparsity::parse_init(s.init);
    if (!plan.init.file.empty()) plan.file = init_network(s, plan.init.file, plan.spec, plan.file_notes);
    plan.layers = sparsity::allot(plan.spec.weight_names(), plan.spec.weight_shapes(), allotment_request(config, plan));
    std::size_t number = 0;
    for (const std::size_t k : plan.spec.weighted()) plan.layers[number++].uses = plan.spec.nodes[k].weight->uses;
    require_weights(config, plan);
    require_final_weights(config, plan);
    return plan;
}

optim::OptimizerOptions optimizer_options(const config::RunConfig& config) {
    const config::RunConfig::Optimizer& o = config.optimizer;
    return {choice(optim::optimizers(), o.kind, "optimizer.kind"),
            o.momentum,
            o.nesterov,
            o.weight_decay,
            o.beta_1,
            o.beta_2,
            o.adam_epsilon,
            o.decay_of == "weights"};
}

sparsity::TicketPhases ticket_phases(const config::RunConfig& config, std::int64_t steps_per_epoch) {
    const config::RunConfig::Tickets& t = config.tickets;
    auto phases = sparsity::TicketPhases::of(config.training.epochs * steps_per_epoch, t.share,
                                             Duration::parse(t.length).in_steps(steps_per_epoch));
    phases.drop_fraction = t.drop_fraction;
    phases.updates = t.updates;
    return phases;
}

namespace {

optim::LearningRate rate_of_a_phase(const config::RunConfig::Tickets& t, std::int64_t length) {
    optim::LearningRate rate;
    rate.schedule = &find_named(optim::learning_rate_schedules(), t.schedule, "tickets.schedule");
    rate.peak = t.learning_rate;
    rate.minimum = t.min_learning_rate;
    rate.milestones = {0.5};
    rate.factor = t.learning_rate > 0.0 ? t.min_learning_rate / t.learning_rate : 0.0;
    rate.cycle_steps = length;
    rate.total_steps = length;
    return rate;
}

}  // namespace

PhasedRate learning_rate(const config::RunConfig& config, std::int64_t steps_per_epoch) {
    const config::RunConfig::Optimizer& o = config.optimizer;
    optim::LearningRate rate;
    rate.schedule = &find_named(optim::learning_rate_schedules(), o.schedule, "optimizer.schedule");
    rate.peak = o.learning_rate;
    rate.minimum = o.min_learning_rate;
    rate.milestones = o.milestones;
    rate.factor = o.factor;
    rate.warmup_steps = o.warmup.in_steps(steps_per_epoch);
    rate.cycle_steps = o.cycle.in_steps(steps_per_epoch);
    const sparsity::TicketPhases phases = ticket_phases(config, steps_per_epoch);
    rate.total_steps = phases.begin;
    return {rate, rate_of_a_phase(config.tickets, phases.length), phases};
}

std::int64_t first_step(const config::RunConfig& config, std::int64_t steps_per_epoch) {
    const std::int64_t first = config.training.start.in_steps(steps_per_epoch);
    const std::int64_t total = config.training.epochs * steps_per_epoch;
    if (first < total) return first;
    throw ConfigError("training.start = \"" + config.training.start.text() + "\" is step " + std::to_string(first) +
                      ", and the training ends with step " + std::to_string(total) +
                      ": begin earlier or raise training.epochs");
}

std::vector<std::int64_t> snapshot_steps(const config::RunConfig& config, std::int64_t steps_per_epoch) {
    const std::int64_t total = config.training.epochs * steps_per_epoch;
    std::vector<std::int64_t> steps;
    for (const std::string& length : config.snapshots.at) {
        steps.push_back(Duration::parse(length).in_steps(steps_per_epoch));
        if (steps.back() <= total) continue;
        throw ConfigError("snapshots.at: \"" + length + "\" comes after the training's last step, " +
                          std::to_string(total));
    }
    std::ranges::sort(steps);
    return steps;
}

std::size_t dense_state_bytes(const config::RunConfig& config, const NetworkPlan& plan) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    std::size_t numbers = s.parameters == "dense" ? 1 : 0;
    if (s.parameters == "scored" && s.mask_candidates >= 1.0) numbers += 2;
    if (s.grow_rule != "none") {
        using sparsity::GrowScore;
        const GrowScore score = find_named(sparsity::grow_rules(), s.grow_rule, "sparsity.grow_rule").score;
        const bool by_momentum = score == GrowScore::momentum || s.redistribution == "momentum";
        const bool by_others = score == GrowScore::accumulated || score == GrowScore::similarity;
        numbers += (by_momentum ? 1 : 0) + (by_others ? 1 : 0) + (s.momentum_state == "dense" ? 1 : 0);
    }
    std::size_t positions = 0;
    for (const auto& layer : plan.layers) positions += layer.forced_dense ? 0 : sparsity::positions(layer.shape);
    return numbers * positions * sizeof(float);
}

}  // namespace espalier::training
