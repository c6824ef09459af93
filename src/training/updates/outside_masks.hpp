#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/updates/topology_updater.hpp>

namespace espalier::training {

/// A weight of another program's network: a tensor [out, in] or [out, in, kh, kw].
struct OutsideLayer {
    std::string name;
    std::vector<std::size_t> shape;
};

/// How many weights each of these layers keeps, as a run of this configuration would have it.
/// @throws ConfigError as plan_network(), and where sparsity.init is a saliency or a file
NetworkPlan outside_plan(const config::RunConfig& config, const std::vector<OutsideLayer>& layers);

/// The masks a run of this configuration begins with, where its layers are these.
std::vector<Pattern> outside_masks(const config::RunConfig& config, const NetworkPlan& plan);

/// The topology updates of a method, for a network that another program trains: decision for decision those of a run,
/// of the same numbers.
///
/// A step is: forward, backward; before_step(), where wants(step); the optimizer; after_step(), where is_due(step).
/// Tensors are dense, float, row-major; absent weights 0.
class OutsideMasks {
  public:
    using Tensors = std::vector<std::span<const float>>;  ///< one a layer

    /// @param masks  empty: outside_masks()
    /// @throws ConfigError where the method needs more than weights and gradients
    OutsideMasks(const config::RunConfig& config, const std::vector<OutsideLayer>& layers, std::int64_t steps_per_epoch,
                 std::vector<Pattern> masks);

    std::size_t layers() const { return weights_.size(); }
    const NetworkPlan& plan() const { return plan_; }
    const Pattern& pattern(std::size_t layer) const { return weights_[layer].pattern(); }
    /// One per kept weight, as of the last update: 0, or as sparsity.grow_init says, where one has grown.
    std::span<const float> values(std::size_t layer) { return weights_[layer].parameter().values; }
    /// Share of the positions that were ever kept; nothing where that is not counted.
    std::optional<double> exploration_rate() const;

    bool is_due(std::int64_t step) const { return updater_.plan().is_due(step); }
    /// Whether before_step() must be told of this step.
    bool wants(std::int64_t step) const { return is_due(step) || updater_.follows_every_step(); }

    /// Takes note of a step's gradients.
    /// @param gradients  of the loss at every position; they must stay until after_step()
    void before_step(const Tensors& weights, const Tensors& gradients);

    /// The update that is due after this step.
    /// @param weights  after the optimizer
    std::vector<LayerChange> after_step(std::int64_t step, const Tensors& weights);

    void save(const std::filesystem::path& file) const;
    /// @throws FormatError where the file is of other layers or another method
    void load(const std::filesystem::path& file);

  private:
    OutsideMasks(const OutsideMasks&) = delete;  // ports point into it
    OutsideMasks& operator=(const OutsideMasks&) = delete;

    std::vector<nn::WeightPort<float>> ports(const std::vector<OutsideLayer>& layers);
    void take(const Tensors& weights, AlignedVector<float> nn::Parameter<float>::*into);

    NetworkPlan plan_;
    std::vector<nn::MaskedWeight<float>> weights_;
    Tensors gradients_;  ///< [layers()]: ports look there
    nn::Workspace<float> workspace_;
    TopologyUpdater updater_;
};

}  // namespace espalier::training
