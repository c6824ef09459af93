#include <cmath>
#include <numeric>

#include <espalier/config/execution.hpp>
#include <espalier/sparsity/initial_mask.hpp>
#include <espalier/sparsity/methods.hpp>
#include <espalier/sparsity/random_mask.hpp>
#include <espalier/training/plan.hpp>

namespace espalier::training {
namespace {

Pattern initial_mask(const config::RunConfig& config, const sparsity::LayerAllotment& layer, std::size_t number) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    const auto stream_number = static_cast<std::uint32_t>(number);
    const Stream mask(static_cast<std::uint64_t>(s.init_seed < 0 ? config.seed : s.init_seed), Purpose::mask_init,
                      stream_number);
    Pattern pattern = sparsity::initial_mask(sparsity::parse_init(s.init), layer.shape, layer.kept, mask);
    if (s.init_perturbation == 0.0) return pattern;
    // Steps 1 and 2 of the purpose: other numbers than those of the mask, also where both have one seed.
    const auto seed = static_cast<std::uint64_t>(config.seed);
    return sparsity::perturbed_mask(pattern, s.init_perturbation, Stream(seed, Purpose::mask_init, stream_number, 1),
                                    Stream(seed, Purpose::mask_init, stream_number, 2));
}

}  // namespace

std::size_t NetworkPlan::positions() const {
    std::size_t total = 0;
    for (const auto& layer : layers) total += sparsity::positions(layer.shape);
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

NetworkPlan plan_network(const config::RunConfig& config, std::size_t inputs, std::size_t classes) {
    NetworkPlan plan;
    plan.shape.inputs = inputs;
    plan.shape.classes = classes;
    for (const std::int64_t width : config.model.hidden) plan.shape.hidden.push_back(static_cast<std::size_t>(width));
    const config::RunConfig::Sparsity& s = config.sparsity;
    plan.layers = sparsity::allot(plan.shape.weight_names(), plan.shape.weight_shapes(),
                                  {s.init, s.density, s.epsilon, s.dense_layers, s.layer_densities});
    return plan;
}

nn::Network<float> make_network(const config::RunConfig& config, const NetworkPlan& plan) {
    std::vector<Pattern> patterns;
    for (std::size_t l = 0; l < plan.layers.size(); ++l) patterns.push_back(initial_mask(config, plan.layers[l], l));
    const config::RunConfig::Model& m = config.model;
    nn::MlpOptions options;
    options.activation = {m.activation, m.leaky_slope, m.all_relu_slope};
    options.dropout = m.dropout;
    options.initialisation = {m.init, m.fan_in, m.init_std, plan.density()};
    options.execution = config::execution(config);
    options.seed = static_cast<std::uint64_t>(config.seed);
    return nn::make_mlp<float>(plan.shape, std::move(patterns), options);
}

optim::OptimizerOptions optimizer_options(const config::RunConfig& config) {
    const config::RunConfig::Optimizer& o = config.optimizer;
    return {o.kind, o.momentum, o.nesterov, o.weight_decay, o.beta_1, o.beta_2, o.adam_epsilon};
}

optim::LearningRate learning_rate(const config::RunConfig& config, std::int64_t steps_per_epoch) {
    const config::RunConfig::Optimizer& o = config.optimizer;
    optim::LearningRate rate;
    rate.schedule = o.schedule;
    rate.peak = o.learning_rate;
    rate.minimum = o.min_learning_rate;
    rate.milestones = o.milestones;
    rate.factor = o.factor;
    rate.warmup_steps = o.warmup.in_steps(steps_per_epoch);
    rate.cycle_steps = o.cycle.in_steps(steps_per_epoch);
    rate.total_steps = config.training.epochs * steps_per_epoch;
    return rate;
}

sparsity::UpdatePlan update_plan(const config::RunConfig& config, std::int64_t steps_per_epoch) {
    const config::RunConfig::Sparsity& s = config.sparsity;
    sparsity::UpdatePlan plan;
    plan.total_steps = config.training.epochs * steps_per_epoch;
    if (!find_named(sparsity::methods(), s.method, "sparsity.method").is_dynamic()) return plan;
    plan.drop = &find_named(sparsity::drop_rules(), s.drop_rule, "sparsity.drop_rule");
    plan.grow = &find_named(sparsity::grow_rules(), s.grow_rule, "sparsity.grow_rule");
    plan.schedule = &find_named(sparsity::drop_schedules(), s.drop_schedule, "sparsity.drop_schedule");
    plan.drop_fraction = s.drop_fraction;
    plan.every = Duration::parse(s.update_every).in_steps(steps_per_epoch);
    plan.last_update = static_cast<std::int64_t>(s.stop_fraction * static_cast<double>(plan.total_steps));
    return plan;
}

}  // namespace espalier::training
