#pragma once

#include <cstdint>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/sparsity/update/bilevel.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// Masks that follow scores: `sparsity.parameters = "scored"`.
///
/// Between updates only the weights in the mask train. An update takes one step of the scores by the batch's gradient
/// at every position, and makes the highest scores the mask. A weight that leaves keeps its value, and comes back with
/// it. Scores begin as |w| of a dense draw, so that the first mask holds the largest.
///
/// With `mask_candidates` below 1 nothing dense is held: scores belong to kept weights alone, and an update scores a
/// random choice of the absent positions from 0, at weights of 0.
///
/// Source: Ji et al., "Advancing dynamic sparse training by exploring optimization opportunities", ICML 2024 (BiDST),
/// of which no program was published: two levels, masks and weights by turns, and that the inverse Hessian is left out
/// are the paper's, the rest is a reconstruction (definitions.md 3.20).
///
/// Memory: 8 bytes per position of all layers not forced dense, and 4 of one layer at an update; with candidates 4
/// bytes per kept weight.
class BilevelMasks : public UpdateMemory {
  public:
    /// Draws dense weights and gives the network's layers their masks and weights; with candidates both stay as they
    /// are. The network must outlive it.
    BilevelMasks(const config::RunConfig& config, const sparsity::BilevelOptions& options, nn::Network<float>& network,
                 const NetworkPlan& plan);

    /// Scores take their step by the gradients of these passes, at the weights as they are.
    void step_scores(const nn::Passes<float>& passes, std::int64_t step);
    /// A layer's new mask; behind step_scores(). @returns how many positions left it, and how many came
    struct Change {
        std::size_t left = 0;
        std::size_t came = 0;
    };
    Change refresh(std::size_t number);
    /// Positions that an update takes the gradient at; 0 where the layer never changes.
    std::size_t looks_at(std::size_t number) const;

    void save(CheckpointWriter& checkpoint) const override;
    /// The network's patterns and values are read already.
    void load(const CheckpointReader& checkpoint) override;

  private:
    struct Layer {
        std::string name;
        nn::WeightPort<float> port;
        bool may_change = false;
        AlignedVector<float> weights;  // [positions], those in the mask as of the last update; empty with candidates
        AlignedVector<float> scores;   // [positions]; with candidates [edges], between step and refresh [among]
        Pattern among{};               // with candidates, between step and refresh: the mask and the candidates
        std::size_t kept = 0;          // what the next mask holds
    };

    bool is_dense() const { return options_.candidates >= 1.0; }
    void begin_dense(const config::RunConfig& config, const NetworkPlan& plan, std::size_t number);
    void step_dense(Layer& layer, const nn::Passes<float>& passes) const;
    void step_candidates(Layer& layer, std::size_t number, const nn::Passes<float>& passes, std::int64_t step) const;
    void count_globally();

    sparsity::BilevelOptions options_;
    std::uint64_t seed_;
    std::vector<Layer> layers_;
};

}  // namespace espalier::training
