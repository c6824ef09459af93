#pragma once

#include <optional>
#include <utility>
#include <vector>

#include <espalier/sparsity/update/update_plan.hpp>
#include <espalier/training/updates/plateau.hpp>
#include <espalier/training/updates/similarity.hpp>
#include <espalier/training/updates/update_memory.hpp>

namespace espalier::training {

/// The similarities that grow rules of score similarity rank by, measured anew at each exchange; none once the
/// validation accuracy has stopped improving, where the rule is one that then grows randomly.
///
/// The accuracy is looked at when weights are exchanged, no oftener.
class CosineGrowth : public UpdateMemory {
  public:
    /// @param patience  steps
    /// @param changes   [layers with weights] of which scores() will be asked
    CosineGrowth(const sparsity::GrowRule& rule, std::int64_t patience, nn::Network<float>& network,
                 std::vector<bool> changes)
        : until_plateau_(rule.until_plateau), patience_(patience), network_(network), changes_(std::move(changes)) {}

    /// One pass over the training set, and one over the validation set for the plateau.
    void before_exchange(std::int64_t step, const DataAccess& data) override;
    /// Gives back the memory.
    void after_exchange() override { similarity_.reset(); }
    /// Empty where growth is random now.
    sparsity::PositionRows scores(std::size_t number) const override;

    /// The plateau alone.
    void save(CheckpointWriter& checkpoint) const override;
    void load(const CheckpointReader& checkpoint) override;

  private:
    bool until_plateau_;
    std::int64_t patience_;
    nn::Network<float>& network_;
    std::vector<bool> changes_;
    Plateau plateau_;
    std::optional<Similarity> similarity_;
};

}  // namespace espalier::training
