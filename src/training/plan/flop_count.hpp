#pragma once

#include <cstddef>

namespace espalier::training {

/// Floating-point operations as the papers on sparse training count them: two a multiply-add of a weight, no biases,
/// activations and optimizer steps. A forward pass costs F_S = sum of kept weights, a backward pass twice that; where a
/// method needs the dense gradient, the weight gradient costs F_D instead (static and SET: 3 F_S a sample, RigL
/// (3 F_S dT + 2 F_S + F_D) / (dT + 1), SNFS 2 F_S + F_D).
/// Source: Evci et al., ICML 2020, appendix H; definitions.md 3.15. Counted step by step, so densities and intervals
/// may change on the way; RigL's program skips the step that it updates in, ours by default does not.
class FlopCount {
  public:
    /// One training step.
    /// @param kept multiply-adds of a sample with the kept weights; `gradient` those of the weight gradient; `all` of a
    ///        dense network. A linear layer has one for each weight, a convolution as many as its output has pixels.
    void add_step(std::size_t samples, std::size_t kept, std::size_t gradient, std::size_t all) {
        const auto number = static_cast<double>(samples);
        training_ += 2.0 * number * (2.0 * static_cast<double>(kept) + static_cast<double>(gradient));
        dense_training_ += 2.0 * number * 3.0 * static_cast<double>(all);
    }
    /// Forward passes beside training that a method needs.
    void add_forward(std::size_t samples, std::size_t kept) {
        training_ += 2.0 * static_cast<double>(samples) * static_cast<double>(kept);
    }

    double training() const { return training_; }
    /// Of the same steps with every weight kept.
    double dense_training() const { return dense_training_; }
    /// training / dense_training; 1 before the first step.
    double ratio() const { return dense_training_ > 0.0 ? training_ / dense_training_ : 1.0; }

    void restore(double training, double dense_training) {
        training_ = training;
        dense_training_ = dense_training;
    }

  private:
    double training_ = 0.0;
    double dense_training_ = 0.0;
};

}  // namespace espalier::training
