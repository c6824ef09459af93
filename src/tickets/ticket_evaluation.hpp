#pragma once

#include <cstdint>
#include <string_view>

#include <espalier/config/run_config.hpp>
#include <espalier/data/dataset.hpp>
#include <espalier/data/split.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/tickets/predictions.hpp>
#include <espalier/tickets/recalibration.hpp>
#include <espalier/tickets/ticket.hpp>
#include <espalier/training/trainer/evaluation.hpp>

namespace espalier::tickets {

/// Parts of a dataset. What is selected is selected on `validation`; `test` is for what is reported.
enum class Part : std::uint8_t { training, validation, test };

/// "training", "validation", "test".
/// @throws ConfigError naming the nearest known
Part parse_part(std::string_view name);

/// Scores stored networks on the data that a ticket's configuration names, as its run did.
///
/// Every call builds a network: O(edges) beside the pass over the examples.
class Evaluation {
  public:
    /// Loads the data.
    /// @throws ConfigError where they are not found, or the model has no classes (an auto-encoder)
    explicit Evaluation(config::RunConfig config);

    /// Whether the model's heads go through one last normalisation (model.shared_final_norm).
    bool shares_normalisation() const {
        return config_.model.shared_final_norm && config_.model.kind.starts_with("neurotrails_wrn");
    }
    bool has_validation() const { return split_.validation.size() > 0; }

    /// Mean loss and accuracy.
    /// @throws ConfigError naming layer and shapes where the network is not of the configured model or the data do not
    /// fit it, or for `validation` where none is held out
    training::Score score(const topology::StoredNetwork& network, Part part) const;

    /// What the network says about every example of the part, in file order.
    Predictions predict(const topology::StoredNetwork& network, Part part) const;

    /// The network with running means and variances of its normalisations taken anew on the training part, in file
    /// order, without augmentation and dropout: what networks are merged of has statistics that do not fit them. One
    /// without statistics stays as it is. Source: definitions.md 5.10.
    topology::StoredNetwork recalibrated(topology::StoredNetwork network,
                                         Recalibration how = Recalibration::batches) const;

    /// The network, to be run.
    nn::Network<float> build(const topology::StoredNetwork& network) const;

    const data::Dataset& dataset() const { return dataset_; }
    const data::Standardisation& standardisation() const { return standardisation_; }
    /// Of the training set's examples, or all of the test set's.
    data::Range range(Part part) const;

  private:
    const data::Examples& examples(Part part) const { return part == Part::test ? dataset_.test : dataset_.train; }

    config::RunConfig config_;
    data::Dataset dataset_;
    data::Split split_;
    data::Standardisation standardisation_;
};

}  // namespace espalier::tickets
