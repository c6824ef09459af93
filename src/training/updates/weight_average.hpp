#pragma once

#include <vector>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/training/state/checkpoint.hpp>

namespace espalier::training {

/// A running mean of a network's arrays: average <- decay * average + (1 - decay) * value after every step (Polyak and
/// Juditsky, SIAM J. Control Optim. 1992, with exponential weights), running statistics included, which belong to the
/// weights. It begins at the values of the start and is not corrected for that.
///
/// It follows the mask as SLaK's does (Liu et al., ICLR 2023, their program): what is absent has no average, a weight
/// that has come takes its value of that moment, all others go on.
///
/// Memory: 4 bytes per element of every array, and per edge of sparse layers during a topology update.
class WeightAverage {
  public:
    /// @param network  outlives it, and has the values to begin with
    /// @param decay    in (0, 1)
    WeightAverage(nn::Network<float>& network, double decay);

    /// Takes in the values as they are, after a step. Equal bits for any number of threads. Sums in double, rounded
    /// once; numbers below the smallest normal one become 0.
    void add();

    /// The masks now, for follow() behind a change of them.
    std::vector<Pattern> masks() const;
    /// The masks have changed from these.
    void follow(const std::vector<Pattern>& before);

    /// The network has the averages, and this the values; a second call changes them back.
    void swap();

    /// One per entry of the network's table.
    const std::vector<AlignedVector<float>>& averages() const { return averages_; }

    /// As "average<k>" of entry k.
    void save(CheckpointWriter& checkpoint) const;
    /// The network has the masks of the checkpoint already.
    void load(const CheckpointReader& checkpoint);

  private:
    void forget_removed(std::size_t layer, const Pattern& mask);

    nn::Network<float>& network_;
    double decay_;
    std::vector<AlignedVector<float>> averages_;
};

/// The network has its averages while this lives; without an average nothing happens.
class WithAverage {
  public:
    explicit WithAverage(WeightAverage* average) : average_(average) {
        if (average_ != nullptr) average_->swap();
    }
    ~WithAverage() {
        if (average_ != nullptr) average_->swap();
    }
    WithAverage(const WithAverage&) = delete;
    WithAverage& operator=(const WithAverage&) = delete;

  private:
    WeightAverage* average_;
};

}  // namespace espalier::training
