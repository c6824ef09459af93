#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/initial/allotment.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/updates/outside_masks.hpp>

namespace espalier::training {
namespace {

std::vector<nn::MaskedWeight<float>> masked_weights(const std::vector<OutsideLayer>& layers,
                                                    std::vector<Pattern> masks) {
    if (masks.size() != layers.size())
        throw ConfigError("masks of " + std::to_string(masks.size()) + " layers, and there are " +
                          std::to_string(layers.size()));
    std::vector<nn::MaskedWeight<float>> weights;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        const std::size_t rows = layers[l].shape[0];
        if (masks[l].rows() != rows || masks[l].cols() != sparsity::positions(layers[l].shape) / rows)
            throw ConfigError("the mask of layer " + layers[l].name + " is " + masks[l].shape_text() +
                              ", which its shape is not");
        weights.emplace_back(std::move(masks[l]), layers[l].shape);
    }
    return weights;
}

}  // namespace

NetworkPlan outside_plan(const config::RunConfig& config, const std::vector<OutsideLayer>& layers) {
    std::vector<std::string> names;
    std::vector<sparsity::Shape> shapes;
    for (const OutsideLayer& layer : layers) {
        if (layer.shape.size() < 2 || sparsity::positions(layer.shape) == 0)
            throw ConfigError("layer " + layer.name + ": its shape must be [out, in] or [out, in, kh, kw], none 0");
        names.push_back(layer.name);
        shapes.push_back(layer.shape);
    }
    NetworkPlan plan;
    plan.init = sparsity::parse_init(config.sparsity.init);
    if (plan.init.saliency != nullptr || !plan.init.file.empty())
        throw ConfigError("sparsity.init = \"" + config.sparsity.init +
                          "\" needs the network itself: find the masks first, and give them");
    plan.layers = sparsity::allot(names, shapes, allotment_request(config, plan));
    require_weights(config, plan);
    return plan;
}

std::vector<Pattern> outside_masks(const config::RunConfig& config, const NetworkPlan& plan) {
    return drawn_masks(config, plan);
}

OutsideMasks::OutsideMasks(const config::RunConfig& config, const std::vector<OutsideLayer>& layers,
                           std::int64_t steps_per_epoch, std::vector<Pattern> masks)
    : plan_(outside_plan(config, layers)),
      weights_(masked_weights(layers, masks.empty() ? outside_masks(config, plan_) : std::move(masks))),
      gradients_(layers.size()),
      updater_(config, ports(layers), plan_, steps_per_epoch, 0) {}

std::vector<nn::WeightPort<float>> OutsideMasks::ports(const std::vector<OutsideLayer>& layers) {
    std::vector<nn::WeightPort<float>> all;
    for (std::size_t l = 0; l < layers.size(); ++l) all.emplace_back(weights_[l], layers[l].name, l, gradients_[l]);
    return all;
}

std::optional<double> OutsideMasks::exploration_rate() const {
    if (updater_.exploration().empty()) return std::nullopt;
    return sparsity::exploration_rate(updater_.exploration());
}

void OutsideMasks::take(const Tensors& tensors, AlignedVector<float> nn::Parameter<float>::*into) {
    for (std::size_t l = 0; l < layers(); ++l) {
        if (tensors.size() != layers() || tensors[l].size() != pattern(l).positions())
            throw ConfigError("layer " + plan_.layers[l].name + ": a tensor of another size");
        AlignedVector<float>& kept = weights_[l].parameter().*into;
        kept.resize(pattern(l).edges());
        nn::take_at<float>(tensors[l], pattern(l), kept);
    }
}

void OutsideMasks::before_step(const Tensors& weights, const Tensors& gradients) {
    take(weights, &nn::Parameter<float>::values);
    take(gradients, &nn::Parameter<float>::gradient);
    std::ranges::copy(gradients, gradients_.begin());
    updater_.after_backward(workspace_);
}

std::vector<LayerChange> OutsideMasks::after_step(std::int64_t step, const Tensors& weights) {
    take(weights, &nn::Parameter<float>::values);
    return updater_.update(workspace_, step, {});
}

void OutsideMasks::save(const std::filesystem::path& file) const {
    write_checkpoint(file, [&](CheckpointWriter& checkpoint) {
        for (std::size_t l = 0; l < layers(); ++l) {
            const std::string name = "mask_" + std::to_string(l);
            checkpoint.put_text(name + "_shape", pattern(l).shape_text());
            checkpoint.put(name, pattern(l).flat());
        }
        updater_.save(checkpoint);
    });
}

void OutsideMasks::load(const std::filesystem::path& file) {
    const CheckpointReader checkpoint(file);
    for (std::size_t l = 0; l < layers(); ++l) {
        const std::string name = "mask_" + std::to_string(l);
        if (!checkpoint.has(name) || checkpoint.text(name + "_shape") != pattern(l).shape_text())
            throw FormatError(file.string() + ": is not of these layers; the first that differs is " +
                              plan_.layers[l].name);
        const std::vector<std::uint64_t> flat = checkpoint.get<std::uint64_t>(name);
        weights_[l].reset(Pattern::from_flat(pattern(l).rows(), pattern(l).cols(), flat));
    }
    updater_.load(checkpoint);
}

}  // namespace espalier::training
