#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace espalier::tickets {

/// What a network says about every example of a set.
struct Predictions {
    std::size_t classes = 0;
    std::vector<double> log_probabilities;  ///< [examples x classes], natural logarithm: finite where a probability
                                            ///< underflows
    std::vector<std::uint32_t> labels;      ///< [examples], the right classes

    std::size_t examples() const { return labels.size(); }
    std::span<const double> of(std::size_t example) const;
    /// The most probable class; of equal ones the lowest.
    std::uint32_t predicted(std::size_t example) const;
};

double accuracy(const Predictions& predictions);

/// Mean over examples of -log p(label), natural logarithm: the cross-entropy loss.
double negative_log_likelihood(const Predictions& predictions);

/// An ensemble: the mean of the members' probabilities, which is no mean of logits (Liu et al., "Deep ensembling with
/// no overhead ...", ICLR 2022; definitions.md 5.9).
/// @throws FormatError where members predict other examples
Predictions ensemble(const std::vector<Predictions>& members);

}  // namespace espalier::tickets
