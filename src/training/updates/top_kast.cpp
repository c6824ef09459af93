#include <algorithm>
#include <cmath>

#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/updates/dense_values.hpp>
#include <espalier/training/updates/top_kast.hpp>

namespace espalier::training {
namespace {

/// The optimizer state of positions that are now in `to` and were in the update's old pattern.
void take_state(const PatternUpdate& update, const nn::Parameter<float>& from, nn::Parameter<float>& to) {
    for (std::size_t s = 0; s < to.state.size(); ++s) {
        for_row_runs(update.source.size(), update.source.size(), [&](std::size_t begin, std::size_t end) {
            for (std::size_t k = begin; k < end; ++k) {
                if (update.source[k] != PatternUpdate::grown_here) to.state[s][k] = from.state[s][update.source[k]];
            }
        });
    }
}

void add_penalty(nn::Parameter<float>& parameter, float strength) {
    for_row_runs(parameter.values.size(), parameter.values.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) parameter.gradient[k] += strength * parameter.values[k];
    });
}

}  // namespace

TopKast::TopKast(const config::RunConfig& config, nn::Network<float>& network, const NetworkPlan& plan,
                 std::int64_t total_steps, std::size_t optimizer_arrays)
    : loss_(static_cast<float>(config.sparsity.exploration_loss)),
      until_(static_cast<std::int64_t>(config.sparsity.backward_until * static_cast<double>(total_steps))) {
    const bool keep_variance = config.model.fan_in == "sparse_aware" && config.model.init != "normal";
    const std::vector<nn::WeightPort<float>> ports = nn::weight_ports(network);
    for (std::size_t number = 0; number < ports.size(); ++number) {
        layers_.push_back(layer(config, plan, number, ports[number]));
        if (!layers_.back().theta.empty()) begin(layers_.back(), keep_variance, optimizer_arrays);
    }
}

TopKast::Layer TopKast::layer(const config::RunConfig& config, const NetworkPlan& plan, std::size_t number,
                              const nn::WeightPort<float>& port) {
    const sparsity::LayerAllotment& allotment = plan.layers[number];
    const Pattern& pattern = port.pattern();
    Layer layer{allotment.name, port, nn::MaskedWeight<float>(Pattern::empty(pattern.rows(), pattern.cols())), {}};
    if (allotment.forced_dense) return layer;
    layer.theta.resize(pattern.positions());
    draw_dense(config, plan, number, layer.theta);
    layer.forward = allotment.kept;
    const auto all = static_cast<double>(pattern.positions());
    const double density = static_cast<double>(layer.forward) / all;
    const double wanted = config.sparsity.backward_density;
    const double backward = wanted > 0.0 ? wanted : density + 0.5 * (1.0 - density);
    // Where layers differ in density one may use more than the others train.
    const bool is_more = backward * all >= static_cast<double>(layer.forward) + 1.0;  // not by rounding alone
    layer.backward = is_more ? static_cast<std::size_t>(std::floor(backward * all + 0.5)) : layer.forward;
    if (layer.forward > 0) layer.reserve_loss = static_cast<float>(config.sparsity.exploration_loss / density);
    return layer;
}

void TopKast::begin(Layer& layer, bool keep_variance, std::size_t optimizer_arrays) const {
    if (keep_variance && layer.forward > 0) {
        nn::MaskedWeight<float> largest(masks(layer, 0).inner);
        gather(layer.theta, largest);
        const float factor = variance_factor(layer.theta, largest.parameter().values);
        for (float& value : layer.theta) value *= factor;
    }
    sparsity::NestedMasks first = masks(layer, 0);
    layer.port.weight().reset(std::move(first.inner));
    layer.reserve.parameter().state.resize(optimizer_arrays);
    layer.reserve.reset(std::move(first.ring));
    gather(layer.theta, layer.port.weight());
    gather(layer.theta, layer.reserve);
}

sparsity::NestedMasks TopKast::masks(const Layer& layer, std::int64_t step) const {
    const Pattern& pattern = layer.reserve.pattern();
    return sparsity::nested_masks(pattern.rows(), pattern.cols(), layer.theta, layer.forward,
                                  step < until_ ? layer.backward : layer.forward, "layer " + layer.name + ": a weight");
}

std::vector<nn::Parameter<float>*> TopKast::reserves() {
    std::vector<nn::Parameter<float>*> found;
    for (Layer& layer : layers_) {
        if (!layer.theta.empty()) found.push_back(&layer.reserve.parameter());
    }
    return found;
}

void TopKast::after_backward(const nn::Passes<float>& passes) {
    for (Layer& layer : layers_) {
        if (layer.theta.empty()) continue;
        add_penalty(layer.port.weight().parameter(), loss_);
        const Pattern& pattern = layer.reserve.pattern();
        if (pattern.edges() == 0) continue;
        layer.port.gradient_at(passes, pattern, layer.reserve.parameter().gradient, nn::GradientWay::as_trained);
        add_penalty(layer.reserve.parameter(), layer.reserve_loss);
    }
}

std::size_t TopKast::refresh(std::size_t number, std::int64_t step) {
    Layer& layer = layers_[number];
    if (layer.theta.empty()) return 0;
    nn::MaskedWeight<float>& weight = layer.port.weight();
    scatter(weight, layer.theta);
    scatter(layer.reserve, layer.theta);
    sparsity::NestedMasks next = masks(layer, step);
    if (next.inner == weight.pattern() && next.ring == layer.reserve.pattern()) return 0;

    nn::MaskedWeight<float> reserve(next.ring);
    reserve.parameter().state.resize(layer.reserve.parameter().state.size());
    for (auto& state : reserve.parameter().state) state.resize(next.ring.edges());
    take_state(PatternUpdate::between(weight.pattern(), next.ring), weight.parameter(), reserve.parameter());
    take_state(PatternUpdate::between(layer.reserve.pattern(), next.ring), layer.reserve.parameter(),
               reserve.parameter());

    std::size_t left = 0;
    if (!(next.inner == weight.pattern())) {
        weight.release_transposed();
        const PatternUpdate promoted = PatternUpdate::between(layer.reserve.pattern(), next.inner);
        PatternUpdate stayed = PatternUpdate::between(weight.pattern(), std::move(next.inner));
        left = stayed.dropped;
        weight.apply(std::move(stayed));
        take_state(promoted, layer.reserve.parameter(), weight.parameter());
        gather(layer.theta, weight);
    }
    layer.reserve = std::move(reserve);
    gather(layer.theta, layer.reserve);
    return left;
}

void TopKast::save(CheckpointWriter& checkpoint) const {
    for (const Layer& layer : layers_) {
        if (layer.theta.empty()) continue;
        const std::string prefix = "reserve." + layer.name + '.';
        checkpoint.put(prefix + "theta", layer.theta);
        checkpoint.put(prefix + "offsets", layer.reserve.pattern().offsets());
        checkpoint.put(prefix + "indices", layer.reserve.pattern().indices());
        const nn::Parameter<float>& parameter = layer.reserve.parameter();
        checkpoint.put(prefix + "values", parameter.values);
        for (std::size_t s = 0; s < parameter.state.size(); ++s) {
            checkpoint.put(prefix + "state" + std::to_string(s), parameter.state[s]);
        }
    }
}

void TopKast::load(const CheckpointReader& checkpoint) {
    for (Layer& layer : layers_) {
        if (layer.theta.empty()) continue;
        const std::string prefix = "reserve." + layer.name + '.';
        checkpoint.get_into(prefix + "theta", std::span<float>(layer.theta));
        const Pattern& shape = layer.reserve.pattern();
        layer.reserve.reset(Pattern(shape.rows(), shape.cols(), checkpoint.get<std::uint64_t>(prefix + "offsets"),
                                    checkpoint.get<std::uint32_t>(prefix + "indices")));
        nn::Parameter<float>& parameter = layer.reserve.parameter();
        checkpoint.get_into(prefix + "values", std::span<float>(parameter.values));
        for (std::size_t s = 0; s < parameter.state.size(); ++s) {
            checkpoint.get_into(prefix + "state" + std::to_string(s), std::span<float>(parameter.state[s]));
        }
    }
}

}  // namespace espalier::training
