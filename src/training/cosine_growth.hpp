#pragma once

#include <optional>

#include <espalier/sparsity/update_plan.hpp>
#include <espalier/training/data_access.hpp>
#include <espalier/training/plateau.hpp>
#include <espalier/training/similarity.hpp>

namespace espalier::training {

/// The similarities that grow rules of score similarity rank by, measured anew at each exchange; none once the
/// validation accuracy has stopped improving, where the rule is one that then grows randomly.
///
/// The accuracy is looked at when weights are exchanged, no oftener.
class CosineGrowth {
  public:
    /// @param patience steps
    CosineGrowth(const sparsity::GrowRule& rule, std::int64_t patience)
        : until_plateau_(rule.until_plateau), patience_(patience) {}

    /// Before the exchange of a step: one pass over the training set, and one over the validation set for the plateau.
    void measure(nn::Network<float>& network, const std::vector<std::size_t>& layers, const std::vector<bool>& wanted,
                 const DataAccess& data, std::int64_t step);

    /// Empty where growth is random now.
    sparsity::PositionRows rows(std::size_t number) const;

    /// After the exchange: gives back the memory.
    void forget() { similarity_.reset(); }

    /// What a checkpoint keeps.
    Plateau& plateau() { return plateau_; }

  private:
    bool until_plateau_;
    std::int64_t patience_;
    Plateau plateau_;
    std::optional<Similarity> similarity_;
};

}  // namespace espalier::training
