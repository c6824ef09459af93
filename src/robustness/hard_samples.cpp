#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/robustness/hard_samples.hpp>

namespace espalier::robustness {

HardScores hard_scores(const Probabilities& probabilities, std::span<const std::uint32_t> labels) {
    require_labels(probabilities, labels);
    HardScores scores;
    for (std::size_t n = 0; n < probabilities.samples; ++n) {
        double distance = 0.0;
        double entropy = 0.0;
        double first = 0.0;
        double second = 0.0;
        const auto row = probabilities.row(n);
        for (std::size_t k = 0; k < row.size(); ++k) {
            const double from_label = row[k] - (k == labels[n] ? 1.0 : 0.0);
            distance += from_label * from_label;
            if (row[k] > 0.0) entropy -= row[k] * std::log(row[k]);
            second = std::max(second, std::min(first, row[k]));
            first = std::max(first, row[k]);
        }
        scores.el2n.push_back(distance);
        scores.entropy.push_back(entropy);
        scores.margin.push_back(first - second);
        scores.probability_of_label.push_back(row[labels[n]]);
    }
    return scores;
}

std::vector<std::uint32_t> hardest(std::span<const double> scores, std::size_t count) {
    std::vector<std::uint32_t> order(scores.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
    order.resize(std::min(count, order.size()));
    return order;
}

Spread spread(std::span<const double> scores) {
    std::vector<double> sorted(scores.begin(), scores.end());
    std::ranges::sort(sorted);
    const auto at = [&](std::size_t tenths) { return sorted[(tenths * sorted.size() + 9) / 10 - 1]; };
    double sum = 0.0;
    for (const double score : scores) sum += score;
    return {sum / static_cast<double>(scores.size()), at(1), at(5), at(9)};
}

}  // namespace espalier::robustness
