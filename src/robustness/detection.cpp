#include <algorithm>
#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/robustness/detection.hpp>

namespace espalier::robustness {
namespace {

/// Of both sets those with one confidence, the largest first.
struct Step {
    std::size_t inside = 0;
    std::size_t outside = 0;
};

std::vector<Step> steps_down(std::vector<double> inside, std::vector<double> outside) {
    std::ranges::sort(inside, std::greater());
    std::ranges::sort(outside, std::greater());
    std::vector<Step> steps;
    std::size_t i = 0;
    std::size_t o = 0;
    while (i < inside.size() || o < outside.size()) {
        const double top = i == inside.size()    ? outside[o]
                           : o == outside.size() ? inside[i]
                                                 : std::max(inside[i], outside[o]);
        Step step;
        for (; i < inside.size() && inside[i] == top; ++i) ++step.inside;
        for (; o < outside.size() && outside[o] == top; ++o) ++step.outside;
        steps.push_back(step);
    }
    return steps;
}

/// The sum over thresholds of the recall that each adds times the precision there.
double average_precision(const std::vector<Step>& steps, std::size_t positives, std::size_t Step::*positive,
                         std::size_t Step::*negative) {
    double sum = 0.0;
    std::size_t found = 0;
    std::size_t wrong = 0;
    for (const Step& step : steps) {
        found += step.*positive;
        wrong += step.*negative;
        if (step.*positive == 0) continue;
        const double precision = static_cast<double>(found) / static_cast<double>(found + wrong);
        sum += precision * static_cast<double>(step.*positive) / static_cast<double>(positives);
    }
    return sum;
}

double max_softmax(std::span<const double> logits) {
    return std::exp(*std::ranges::max_element(logits) - log_sum_exp(logits));
}

double negative_entropy(std::span<const double> logits) {
    const double all = log_sum_exp(logits);
    double sum = 0.0;
    for (const double logit : logits) {
        const double share = std::exp(logit - all);
        if (share > 0.0) sum += share * (logit - all);
    }
    return sum;
}

double energy(std::span<const double> logits) {
    return log_sum_exp(logits);
}

}  // namespace

Detection detection(std::span<const double> inside, std::span<const double> outside) {
    if (inside.empty() || outside.empty()) throw FormatError("detection: there are no samples on one side");
    const auto is_nan = [](double x) { return std::isnan(x); };
    if (std::ranges::any_of(inside, is_nan) || std::ranges::any_of(outside, is_nan)) {
        throw FormatError("detection: a confidence is no number");
    }
    const auto all_in = static_cast<double>(inside.size());
    const auto all_out = static_cast<double>(outside.size());
    std::vector<Step> steps = steps_down({inside.begin(), inside.end()}, {outside.begin(), outside.end()});
    Detection result;
    double above = 0.0;  // own samples with more confidence
    for (const Step& step : steps) {
        result.auroc += static_cast<double>(step.outside) * (above + static_cast<double>(step.inside) / 2.0);
        above += static_cast<double>(step.inside);
    }
    result.auroc /= all_in * all_out;
    result.aupr_in = average_precision(steps, inside.size(), &Step::inside, &Step::outside);
    std::ranges::reverse(steps);
    result.aupr_out = average_precision(steps, outside.size(), &Step::outside, &Step::inside);

    std::vector<double> sorted(inside.begin(), inside.end());
    std::ranges::sort(sorted, std::greater());
    const std::size_t needed = (19 * sorted.size() + 19) / 20;  // 95 %, rounded up
    result.threshold = sorted[needed - 1];
    const auto passed = std::ranges::count_if(outside, [&](double x) { return x >= result.threshold; });
    result.fpr95 = static_cast<double>(passed) / all_out;
    return result;
}

const std::vector<ConfidenceScore>& confidence_scores() {
    static const std::vector<ConfidenceScore> all = {
        {"max_softmax", max_softmax}, {"entropy", negative_entropy}, {"energy", energy}};
    return all;
}

std::vector<double> confidences(const Logits& logits, const ConfidenceScore& score) {
    std::vector<double> found;
    for (std::size_t n = 0; n < logits.samples; ++n) found.push_back(score.of(logits.row(n)));
    return found;
}

}  // namespace espalier::robustness
