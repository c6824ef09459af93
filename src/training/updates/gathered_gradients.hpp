#pragma once

#include <string>
#include <vector>

#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/training/state/dense_state.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// Something gathered from the dense gradients of every step (dense_state.hpp): SNFS' running mean, the momentum of
/// absent positions, or the sum since the last exchange.
class GatheredGradients : public UpdateMemory {
  public:
    struct Form {
        std::string name;  ///< of its entries in a checkpoint
        double decay = 1.0;
        double weight = 1.0;
        bool starts_anew = false;  ///< behind each exchange
    };

    /// @param changes  [ports] which layers may change: of the others nothing is gathered
    GatheredGradients(Form form, std::vector<nn::WeightPort<float>> ports, const std::vector<bool>& changes);

    bool reads_all_gradients() const override { return true; }
    void after_backward(const nn::Passes<float>& passes) override;
    void after_exchange() override;
    sparsity::PositionRows scores(std::size_t number) const override;
    void save(CheckpointWriter& checkpoint) const override;
    void load(const CheckpointReader& checkpoint) override;

    /// [positions] of a layer; empty where it never changes.
    std::span<const float> operator[](std::size_t number) const { return gathered_[number]; }

  private:
    Form form_;
    std::vector<nn::WeightPort<float>> ports_;
    DenseState gathered_;
};

}  // namespace espalier::training
