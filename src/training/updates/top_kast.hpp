#pragma once

#include <cstdint>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/sparsity/masks/nested_masks.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// Dense parameters theta of a network whose layers use only the largest: `sparsity.parameters = "dense"`.
///
/// Of a layer, set A (what its MaskedWeight keeps) holds the `density` largest |theta| and is all that a forward pass
/// or an evaluation knows of. Set B, the `backward_density` largest, is what training updates; B without A, the
/// reserve, has values, gradient and optimizer state of its own here. Everything else never changes. Every refresh
/// chooses A and B anew; optimizer state goes with positions that stay in B.
///
/// Source: Jayakumar et al., "Top-KAST: Top-K Always Sparse Training", NeurIPS 2020, section 2; definitions.md 3.11. We
/// differ: no masks are multiplied into dense tensors, a step costs what A and the reserve hold. theta at first is the
/// draw of a dense network of the same seed; with model.fan_in "sparse_aware" times one factor a layer, so that A's
/// squares sum up to those of all positions and the signal keeps its variance. One factor per layer, not one per
/// neuron: |theta| is compared across neurons.
///
/// Memory: 4 bytes per position of all layers not forced dense, and the reserve as that of sparse layers; a refresh
/// needs 4 bytes per position of one layer beside.
class TopKast : public UpdateMemory {
  public:
    /// Draws theta and gives the network's layers their masks and weights. The network must outlive it.
    /// @param optimizer_arrays  state arrays of a parameter, as optim::prepare has made the network's
    TopKast(const config::RunConfig& config, nn::Network<float>& network, const NetworkPlan& plan,
            std::int64_t total_steps, std::size_t optimizer_arrays);

    /// What the optimizer trains beside the network. Stays where it is.
    std::vector<nn::Parameter<float>*> reserves();

    /// Positions of B without A: of a layer with weights, of all.
    std::size_t reserved(std::size_t number) const { return layers_[number].reserve.pattern().edges(); }

    /// The reserve's gradients, and on top of them and the network's that of the exploration loss
    /// lambda * (1/2 sum_A theta^2 + 1/(2 D) sum_{B without A} theta^2), D the layer's density. Needs
    /// workspace.keep_gradients.
    void after_backward(const nn::Passes<float>& passes) override;
    std::size_t reads_more_gradients(std::size_t number) const override { return reserved(number); }

    /// Chooses a layer's A and B anew after step `step`.
    /// @returns how many positions left A; as many came
    /// @throws NumericError where a weight is NaN
    std::size_t refresh(std::size_t number, std::int64_t step);

    void save(CheckpointWriter& checkpoint) const override;
    /// The network's patterns and values are read already.
    void load(const CheckpointReader& checkpoint) override;

  private:
    struct Layer {
        std::string name;
        nn::WeightPort<float> port;
        nn::MaskedWeight<float> reserve;
        AlignedVector<float> theta;  // [positions], those in B as of the last refresh; empty where forced dense
        std::size_t forward = 0;     // positions in A
        std::size_t backward = 0;    // positions in B
        float reserve_loss = 0.0F;   // lambda / D
    };

    static Layer layer(const config::RunConfig& config, const NetworkPlan& plan, std::size_t number,
                       const nn::WeightPort<float>& port);
    void begin(Layer& layer, bool keep_variance, std::size_t optimizer_arrays) const;
    sparsity::NestedMasks masks(const Layer& layer, std::int64_t step) const;

    float loss_;
    std::int64_t until_;  // from this step on B is A
    std::vector<Layer> layers_;
};

}  // namespace espalier::training
