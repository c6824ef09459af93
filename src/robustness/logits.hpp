#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// What a trained network does beyond its accuracy on clean samples: calibration, foreign samples, hard samples,
/// corruptions, attacks, frequencies. definitions.md 9.1 to 9.6.
namespace espalier::robustness {

/// Numbers a class for each sample, sample by sample: what a network gives, or probabilities made of it.
struct ClassNumbers {
    std::size_t samples = 0;
    std::size_t classes = 0;
    std::vector<double> values;  ///< [samples x classes]

    std::span<const double> row(std::size_t sample) const {
        return std::span<const double>(values).subspan(sample * classes, classes);
    }
};
using Logits = ClassNumbers;
using Probabilities = ClassNumbers;

/// The softmax of logits times `factor` (one over the temperature), the largest logit subtracted first.
Probabilities softmax(const Logits& logits, double factor = 1.0);

/// ln of the sum of exponentials of one sample's logits times `factor`.
double log_sum_exp(std::span<const double> logits, double factor = 1.0);

/// The place of the largest number, of equal ones the first.
std::size_t largest(std::span<const double> numbers);

/// @throws FormatError where there are not as many labels as samples, no samples, or a label that is no class
void require_labels(const ClassNumbers& numbers, std::span<const std::uint32_t> labels);

}  // namespace espalier::robustness
