#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include <espalier/base/ranks/communicator.hpp>
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
/// Of several ranks each takes its turn of these; the sums are added in file order on all, so that bits are one rank's.
class Evaluator {
  public:
    /// @param batch  examples at a time; 0: as said above
    /// @param ranks  that share the work, with equal networks; null: there is one
    explicit Evaluator(nn::Network<float>& network, const Objective& objective = training::objective("mlp"),
                       std::size_t batch = 0, Communicator* ranks = nullptr)
        : network_(network), objective_(objective), batch_(batch), ranks_(ranks) {}

    /// Of several ranks all call it at the same place.
    /// @throws ConfigError for an empty range
    Score operator()(const data::Examples& examples, data::Range range, const data::Standardisation& standardisation);

    /// A part of the examples, and what the network makes of it: [outputs x lanes], valid during the call.
    struct Batch {
        kernels::View<const float> inputs;
        kernels::View<const float> outputs;
        std::span<const std::uint32_t> labels;
        /// [heads * outputs x lanes] of a network with heads, which `outputs` is made of; without data of others.
        kernels::View<const float> of_heads;
    };
    /// Shows all examples of a range, in file order.
    /// @throws ConfigError for an empty range
    void visit(const data::Examples& examples, data::Range range, const data::Standardisation& standardisation,
               const std::function<void(const Batch&)>& look);

    /// Examples at a time.
    std::size_t batch_size() const;
    /// The same for a network whose widest layer gives so many numbers.
    static std::size_t fitting(std::size_t widest);

  private:
    /// Shows every `stride`-th part, from `first` on.
    void visit_parts(const data::Examples& examples, data::Range range, const data::Standardisation& standardisation,
                     std::size_t first, std::size_t stride, const std::function<void(const Batch&)>& look);

    nn::Network<float>& network_;
    const Objective& objective_;
    std::size_t batch_;
    Communicator* ranks_;
    nn::Workspace<float> workspace_;
    kernels::Activations<float> inputs_;
};

}  // namespace espalier::training
