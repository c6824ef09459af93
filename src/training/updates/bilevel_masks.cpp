#include <algorithm>
#include <cmath>
#include <utility>

#include <espalier/sparsity/masks/random_mask.hpp>
#include <espalier/sparsity/update/exchange.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/updates/bilevel_masks.hpp>
#include <espalier/training/updates/dense_values.hpp>

namespace espalier::training {
namespace {

/// Gradient entries that are held at a time: 1 MiB.
constexpr std::size_t gradient_block = std::size_t{1} << 18;

void take_magnitudes(std::span<const float> values, AlignedVector<float>& to) {
    to.resize(values.size());
    std::ranges::transform(values, to.begin(), [](float value) { return std::abs(value); });
}

std::string score_of(const std::string& layer) {
    return "layer " + layer + ": a mask's score";
}

/// Absent positions, drawn anew for each layer and step.
Pattern drawn_candidates(const Pattern& mask, double share, const Stream& stream) {
    const std::uint64_t absent = mask.positions() - mask.edges();
    const auto count = static_cast<std::uint64_t>(share * static_cast<double>(absent));
    return sparsity::absent_positions(mask, sparsity::random_subset(absent, count, stream));
}

}  // namespace

BilevelMasks::BilevelMasks(const config::RunConfig& config, const sparsity::BilevelOptions& options,
                           nn::Network<float>& network, const NetworkPlan& plan)
    : options_(options), seed_(static_cast<std::uint64_t>(config.seed)) {
    for (const nn::WeightPort<float>& port : nn::weight_ports(network)) {
        const std::size_t number = layers_.size();
        layers_.push_back({plan.layers[number].name, port, !plan.layers[number].forced_dense, {}, {}});
        Layer& layer = layers_.back();
        layer.kept = port.pattern().edges();
        if (!layer.may_change) continue;
        if (is_dense()) {
            begin_dense(config, plan, number);
        } else {
            take_magnitudes(port.weight().parameter().values, layer.scores);
        }
    }
}

void BilevelMasks::begin_dense(const config::RunConfig& config, const NetworkPlan& plan, std::size_t number) {
    Layer& layer = layers_[number];
    nn::MaskedWeight<float>& weight = layer.port.weight();
    const std::size_t rows = weight.pattern().rows();
    const std::size_t cols = weight.pattern().cols();
    layer.weights.resize(rows * cols);
    draw_dense(config, plan, number, layer.weights);
    layer.kept = plan.layers[number].kept;
    take_magnitudes(layer.weights, layer.scores);
    weight.reset(sparsity::highest_scores(rows, cols, layer.scores, layer.kept, score_of(layer.name)));
    gather(layer.weights, weight);
    const bool keeps_variance = config.model.fan_in == "sparse_aware" && config.model.init != "normal";
    if (!keeps_variance || layer.kept == 0) return;
    const float factor = variance_factor(layer.weights, weight.parameter().values);
    for (float& value : layer.weights) value *= factor;
    take_magnitudes(layer.weights, layer.scores);
    gather(layer.weights, weight);
}

void BilevelMasks::step_dense(Layer& layer, const nn::Passes<float>& passes) const {
    nn::MaskedWeight<float>& weight = layer.port.weight();
    const std::size_t rows = weight.pattern().rows();
    const std::size_t cols = weight.pattern().cols();
    scatter(weight, layer.weights);
    const std::size_t at_once = std::clamp<std::size_t>(gradient_block / std::max<std::size_t>(1, cols), 1, rows);
    std::vector<float> gradient;
    for (std::size_t first = 0; first < rows; first += at_once) {
        const std::size_t count = std::min(at_once, rows - first);
        gradient.resize(count * cols);
        layer.port.gradient_rows(passes, first, count, gradient);
        sparsity::step_scores(options_, std::span<const float>(layer.weights).subspan(first * cols, count * cols),
                              gradient, std::span<float>(layer.scores).subspan(first * cols, count * cols));
    }
}

void BilevelMasks::step_candidates(Layer& layer, std::size_t number, const nn::Passes<float>& passes,
                                   std::int64_t step) const {
    const nn::MaskedWeight<float>& weight = layer.port.weight();
    const Stream stream(seed_, Purpose::growth, static_cast<std::uint32_t>(number), static_cast<std::uint64_t>(step));
    layer.among = disjoint_union(weight.pattern(), drawn_candidates(weight.pattern(), options_.candidates, stream));
    const PatternUpdate widened = PatternUpdate::between(weight.pattern(), layer.among);
    AlignedVector<float> weights = weight.parameter().values;
    widened.apply(weights, 0.0F);
    widened.apply(layer.scores, 0.0F);
    AlignedVector<float> gradient(layer.among.edges());
    layer.port.gradient_at(passes, layer.among, gradient);
    sparsity::step_scores(options_, weights, gradient, layer.scores);
}

void BilevelMasks::step_scores(const nn::Passes<float>& passes, std::int64_t step) {
    for (std::size_t number = 0; number < layers_.size(); ++number) {
        Layer& layer = layers_[number];
        if (!layer.may_change) continue;
        is_dense() ? step_dense(layer, passes) : step_candidates(layer, number, passes, step);
    }
    if (options_.scope == sparsity::MaskScope::global) count_globally();
}

/// How many each layer keeps of the highest scores of all.
void BilevelMasks::count_globally() {
    std::vector<std::vector<float>> scores;
    std::size_t positions = 0;
    std::size_t kept = 0;
    for (const Layer& layer : layers_) {
        scores.emplace_back();
        if (!layer.may_change) continue;
        scores.back().assign(layer.scores.begin(), layer.scores.end());
        positions += layer.scores.size();
        kept += layer.kept;
    }
    const std::vector<std::size_t> go = sparsity::global_drop_counts(scores, positions - kept, 1);
    for (std::size_t number = 0; number < layers_.size(); ++number) {
        if (layers_[number].may_change) layers_[number].kept = scores[number].size() - go[number];
    }
}

BilevelMasks::Change BilevelMasks::refresh(std::size_t number) {
    Layer& layer = layers_[number];
    if (!layer.may_change) return {};
    nn::MaskedWeight<float>& weight = layer.port.weight();
    const Pattern& before = weight.pattern();
    Pattern next = is_dense() ? sparsity::highest_scores(before.rows(), before.cols(), layer.scores, layer.kept,
                                                         score_of(layer.name))
                              : sparsity::highest_scores(layer.among, layer.scores, layer.kept, score_of(layer.name));
    if (!is_dense()) PatternUpdate::between(layer.among, next).apply(layer.scores, 0.0F);
    layer.among = Pattern();
    if (next == before) return {};
    weight.release_transposed();
    PatternUpdate update = PatternUpdate::between(before, std::move(next));
    const Change change{update.dropped, update.grown};
    weight.apply(std::move(update), false);
    if (is_dense()) gather(layer.weights, weight);
    return change;
}

std::size_t BilevelMasks::looks_at(std::size_t number) const {
    const Layer& layer = layers_[number];
    const Pattern& mask = layer.port.pattern();
    if (!layer.may_change) return 0;
    if (is_dense()) return mask.positions();
    const std::size_t absent = mask.positions() - mask.edges();
    return mask.edges() + static_cast<std::size_t>(options_.candidates * static_cast<double>(absent));
}

void BilevelMasks::save(CheckpointWriter& checkpoint) const {
    for (const Layer& layer : layers_) {
        if (!layer.may_change) continue;
        checkpoint.put("scores." + layer.name, layer.scores);
        if (is_dense()) checkpoint.put("weights." + layer.name, layer.weights);
    }
}

void BilevelMasks::load(const CheckpointReader& checkpoint) {
    for (Layer& layer : layers_) {
        layer.kept = layer.port.pattern().edges();
        if (!layer.may_change) continue;
        if (!is_dense()) layer.scores.resize(layer.kept);
        checkpoint.get_into("scores." + layer.name, std::span<float>(layer.scores));
        if (is_dense()) checkpoint.get_into("weights." + layer.name, std::span<float>(layer.weights));
    }
}

}  // namespace espalier::training
