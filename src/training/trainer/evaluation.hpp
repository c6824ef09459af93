#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include <espalier/data/dataset.hpp>
#include <espalier/data/split.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/training/trainer/objective.hpp>

namespace espalier::training {

struct Score {
    double loss = 0.0;      ///< mean over examples: cross-entropy (natural logarithm), or that of the objective
    double accuracy = 0.0;  ///< in [0, 1]; NaN where the objective has none
};

/// Mean loss and accuracy over a range of examples, in file order; nothing of the network changes.
///
/// 256 examples at a time, or fewer where the activations of a layer would take more than 64 MiB; never fewer than 16.
class Evaluator {
  public:
    /// @param batch  examples at a time; 0: as said above
    explicit Evaluator(nn::Network<float>& network, const Objective& objective = training::objective("mlp"),
                       std::size_t batch = 0)
        : network_(network), objective_(objective), batch_(batch) {}

    /// @throws ConfigError for an empty range
    Score operator()(const data::Examples& examples, data::Range range, const data::Standardisation& standardisation);

    /// A part of the examples, and what the network makes of it: [outputs x lanes], valid during the call.
    struct Batch {
        kernels::View<const float> inputs;
        kernels::View<const float> outputs;
        std::span<const std::uint32_t> labels;
    };
    /// Shows all examples of a range, in file order.
    /// @throws ConfigError for an empty range
    void visit(const data::Examples& examples, data::Range range, const data::Standardisation& standardisation,
               const std::function<void(const Batch&)>& look);

    /// Examples at a time.
    std::size_t batch_size() const;

  private:
    nn::Network<float>& network_;
    const Objective& objective_;
    std::size_t batch_;
    nn::Workspace<float> workspace_;
    kernels::Activations<float> inputs_;
};

}  // namespace espalier::training
