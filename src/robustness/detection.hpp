#pragma once

#include <span>
#include <string>
#include <vector>

#include <espalier/robustness/logits.hpp>

namespace espalier::robustness {

/// How well a confidence tells a network's own kind of samples from others. definitions.md 9.3.
struct Detection {
    double auroc = 0.0;     ///< chance that an own sample has more confidence than a foreign one, equal ones half
    double aupr_in = 0.0;   ///< average precision where own samples are to be found
    double aupr_out = 0.0;  ///< the same where foreign ones are, by the least confidence first
    double fpr95 = 0.0;     ///< share of foreign samples at or above the threshold that 95 % of own ones reach
    double threshold = 0.0;
};

/// @param inside, outside  confidences, larger for what is thought to be one's own; not empty
/// @throws FormatError where one is empty or a confidence is NaN
Detection detection(std::span<const double> inside, std::span<const double> outside);

/// A confidence made of a sample's logits.
struct ConfidenceScore {
    std::string name;
    double (*of)(std::span<const double> logits);
};

/// max_softmax (Hendrycks and Gimpel 2017), entropy (negative), energy (ln of the sum of exponentials; Liu et al.
/// 2020).
const std::vector<ConfidenceScore>& confidence_scores();

/// Of every sample.
std::vector<double> confidences(const Logits& logits, const ConfidenceScore& score);

}  // namespace espalier::robustness
