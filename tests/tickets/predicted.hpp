#pragma once

#include <cmath>
#include <vector>

#include <espalier/base/random/random.hpp>
#include <espalier/tickets/predictions.hpp>

#include "support.hpp"

namespace espalier::testing {

/// Predictions from probabilities, one row per example.
inline tickets::Predictions predicted(const std::vector<std::vector<double>>& probabilities,
                                      const std::vector<std::uint32_t>& labels) {
    tickets::Predictions predictions{probabilities.front().size(), {}, labels};
    for (const auto& row : probabilities) {
        for (const double p : row) predictions.log_probabilities.push_back(std::log(p));
    }
    return predictions;
}

/// The softmax of random logits.
inline tickets::Predictions random_predictions(std::size_t examples, std::size_t classes, Stream& stream) {
    std::vector<std::vector<double>> rows(examples);
    std::vector<std::uint32_t> labels;
    for (std::vector<double>& row : rows) {
        double sum = 0.0;
        for (const double logit : random_values(classes, stream)) sum += row.emplace_back(std::exp(3.0 * logit));
        for (double& p : row) p /= sum;
        labels.push_back(static_cast<std::uint32_t>(stream.below(classes)));
    }
    return predicted(rows, labels);
}

}  // namespace espalier::testing
