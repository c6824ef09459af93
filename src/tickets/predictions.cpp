#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/predictions.hpp>

namespace espalier::tickets {

std::span<const double> Predictions::of(std::size_t example) const {
    return std::span(log_probabilities).subspan(example * classes, classes);
}

std::uint32_t Predictions::predicted(std::size_t example) const {
    const auto all = of(example);
    return static_cast<std::uint32_t>(std::ranges::max_element(all) - all.begin());
}

double accuracy(const Predictions& predictions) {
    std::size_t correct = 0;
    for (std::size_t k = 0; k < predictions.examples(); ++k) {
        correct += predictions.predicted(k) == predictions.labels[k] ? 1 : 0;
    }
    return static_cast<double>(correct) / static_cast<double>(predictions.examples());
}

double negative_log_likelihood(const Predictions& predictions) {
    double sum = 0.0;
    for (std::size_t k = 0; k < predictions.examples(); ++k) sum -= predictions.of(k)[predictions.labels[k]];
    return sum / static_cast<double>(predictions.examples());
}

Predictions ensemble(const std::vector<Predictions>& members) {
    if (members.empty()) throw FormatError("ensemble: there are no members");
    Predictions mean = members.front();
    for (const Predictions& member : members) {
        if (member.labels != mean.labels || member.classes != mean.classes) {
            throw FormatError("ensemble: members predict different examples");
        }
    }
    const auto count = static_cast<double>(members.size());
    for (std::size_t k = 0; k < mean.log_probabilities.size(); ++k) {
        // The largest is taken out of the sum, so that not all exponentials underflow.
        double top = members.front().log_probabilities[k];
        for (const Predictions& member : members) top = std::max(top, member.log_probabilities[k]);
        double sum = 0.0;
        for (const Predictions& member : members) sum += std::exp(member.log_probabilities[k] - top);
        mean.log_probabilities[k] = top + std::log(sum / count);
    }
    return mean;
}

}  // namespace espalier::tickets
