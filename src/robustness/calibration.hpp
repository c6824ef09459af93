#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/robustness/logits.hpp>

namespace espalier::robustness {

/// Samples whose confidence lies above `lower` and not above `upper`.
struct ConfidenceBin {
    double lower = 0.0;
    double upper = 0.0;
    std::size_t samples = 0;
    double confidence = 0.0;  ///< mean, 0 where there is no sample
    double accuracy = 0.0;    ///< the same
};

/// `count` bins of equal width over [0, 1], closed on the right. A confidence is the largest probability.
std::vector<ConfidenceBin> confidence_bins(const Probabilities& probabilities, std::span<const std::uint32_t> labels,
                                           std::size_t count);

/// How far a network's confidence is from how often it is right. definitions.md 9.1.
struct Calibration {
    double accuracy = 0.0;
    double confidence = 0.0;  ///< mean
    double nll = 0.0;         ///< mean of -ln of the label's probability
    double brier = 0.0;       ///< mean over samples of the squared distance to the label's unit vector
    double ece = 0.0;         ///< expected calibration error: mean of |accuracy - confidence| of bins, by their samples
    double mce = 0.0;         ///< the largest of these
    std::vector<ConfidenceBin> bins;
};

/// @param bins  of the two errors. Programs that cut at linspace(0, 1, n) have n - 1
/// @throws FormatError as require_labels
Calibration calibration(const Probabilities& probabilities, std::span<const std::uint32_t> labels,
                        std::size_t bins = 15);

/// The temperature T at which the softmax of logits / T has the least NLL, or NaN where none is least: the loss falls
/// towards T = 0 where every sample is right, towards infinity where logits say less than nothing.
double best_temperature(const Logits& logits, std::span<const std::uint32_t> labels);

}  // namespace espalier::robustness
