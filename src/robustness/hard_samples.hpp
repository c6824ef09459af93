#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/robustness/logits.hpp>

namespace espalier::robustness {

/// How hard each sample is for a network, by its outputs. definitions.md 9.2.
struct HardScores {
    std::vector<double> el2n;                  ///< squared distance of probabilities to the label's unit vector
    std::vector<double> entropy;               ///< of probabilities, in nats
    std::vector<double> margin;                ///< largest probability minus the second largest
    std::vector<double> probability_of_label;  ///< low where a sample is hard, as the margin
};

/// @throws FormatError as require_labels
HardScores hard_scores(const Probabilities& probabilities, std::span<const std::uint32_t> labels);

/// The numbers of the `count` samples with the largest scores, largest first, of equal ones the lower number first.
std::vector<std::uint32_t> hardest(std::span<const double> scores, std::size_t count);

/// Mean and quantiles of scores: element ceil(q n) of the sorted ones, counted from 1.
struct Spread {
    double mean = 0.0;
    double tenth = 0.0;
    double median = 0.0;
    double ninetieth = 0.0;
};
Spread spread(std::span<const double> scores);

}  // namespace espalier::robustness
