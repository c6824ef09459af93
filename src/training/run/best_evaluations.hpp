#pragma once

#include <cstdint>
#include <vector>

#include <espalier/training/state/checkpoint.hpp>

namespace espalier::training {

/// The evaluation best on validation, apart for each number of kept weights that was evaluated.
///
/// A network that is still to be pruned scores higher than the one that is left in the end: what is reported beside a
/// density is the best of the evaluations at that density, and where the density never changes the best of all.
class BestEvaluations {
  public:
    struct Entry {
        std::uint64_t kept = 0;  ///< weights of the network that was evaluated
        std::int64_t step = 0;
        double merit = 0.0;          ///< accuracy on validation, or where there is none the loss with a minus
        double test_accuracy = 0.0;  ///< at the same step
        double test_loss = 0.0;
    };

    /// Of equals the first stays; a merit that is no number is never the best.
    void consider(const Entry& evaluation);

    /// Null where no network with so many weights was evaluated.
    const Entry* at(std::uint64_t kept) const;

    void save(CheckpointWriter& checkpoint) const;
    /// @throws FormatError as CheckpointReader, and where the entries are not equally long
    void load(const CheckpointReader& checkpoint);

  private:
    std::vector<Entry> entries_;  // one a number of weights, in the order in which they came
};

}  // namespace espalier::training
