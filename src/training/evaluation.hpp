#pragma once

#include <espalier/data/dataset.hpp>
#include <espalier/data/split.hpp>
#include <espalier/data/standardise.hpp>
#include <espalier/nn/network.hpp>

namespace espalier::training {

struct Score {
    double loss = 0.0;      ///< mean cross-entropy, natural logarithm
    double accuracy = 0.0;  ///< in [0, 1]
};

/// Mean loss and accuracy over a range of examples, in file order; nothing of the network changes.
///
/// 256 examples at a time, or fewer where the activations of a layer would take more than 64 MiB; never fewer than 16.
class Evaluator {
  public:
    explicit Evaluator(nn::Network<float>& network) : network_(network) {}

    /// @throws ConfigError for an empty range
    Score operator()(const data::Examples& examples, data::Range range, const data::Standardisation& standardisation);

    /// Examples at a time.
    std::size_t batch_size() const;

  private:
    nn::Network<float>& network_;
    nn::Workspace<float> workspace_;
    kernels::Activations<float> inputs_;
};

}  // namespace espalier::training
