#include <algorithm>
#include <cmath>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/robustness/logits.hpp>

namespace espalier::robustness {

Probabilities softmax(const Logits& logits, double factor) {
    Probabilities result{logits.samples, logits.classes, logits.values};
    for (std::size_t n = 0; n < logits.samples; ++n) {
        const std::span<double> row = std::span(result.values).subspan(n * logits.classes, logits.classes);
        const double most = *std::ranges::max_element(row);
        double sum = 0.0;
        for (double& value : row) {
            value = std::exp((value - most) * factor);
            sum += value;
        }
        for (double& value : row) value /= sum;
    }
    return result;
}

double log_sum_exp(std::span<const double> logits, double factor) {
    const double most = *std::ranges::max_element(logits);
    double sum = 0.0;
    for (const double value : logits) sum += std::exp((value - most) * factor);
    return most * factor + std::log(sum);
}

std::size_t largest(std::span<const double> numbers) {
    return static_cast<std::size_t>(std::ranges::max_element(numbers) - numbers.begin());
}

void require_labels(const ClassNumbers& numbers, std::span<const std::uint32_t> labels) {
    if (numbers.samples == 0) throw FormatError("there are no samples to score");
    if (numbers.samples != labels.size()) {
        throw FormatError(std::to_string(labels.size()) + " labels for " + std::to_string(numbers.samples) +
                          " samples");
    }
    for (const std::uint32_t label : labels) {
        if (label < numbers.classes) continue;
        throw FormatError("label " + std::to_string(label) + " of a network with " + std::to_string(numbers.classes) +
                          " classes");
    }
}

}  // namespace espalier::robustness
