#include <algorithm>
#include <cmath>
#include <limits>

#include <espalier/robustness/calibration.hpp>

namespace espalier::robustness {
namespace {

/// The first and second derivative of the mean NLL by the factor on logits, which is convex in it.
struct Slope {
    double first = 0.0;
    double second = 0.0;
};

Slope nll_slope(const Logits& logits, std::span<const std::uint32_t> labels, double factor) {
    const Probabilities probabilities = softmax(logits, factor);
    Slope sum;
    for (std::size_t n = 0; n < logits.samples; ++n) {
        const auto row = logits.row(n);
        const auto share = probabilities.row(n);
        double mean = 0.0;
        for (std::size_t k = 0; k < row.size(); ++k) mean += share[k] * row[k];
        double variance = 0.0;
        for (std::size_t k = 0; k < row.size(); ++k) variance += share[k] * (row[k] - mean) * (row[k] - mean);
        sum.first += mean - row[labels[n]];
        sum.second += variance;
    }
    const auto samples = static_cast<double>(logits.samples);
    return {sum.first / samples, sum.second / samples};
}

}  // namespace

std::vector<ConfidenceBin> confidence_bins(const Probabilities& probabilities, std::span<const std::uint32_t> labels,
                                           std::size_t count) {
    const double width = 1.0 / static_cast<double>(count);
    std::vector<ConfidenceBin> bins(count);
    for (std::size_t b = 0; b < count; ++b) {
        bins[b].lower = static_cast<double>(b) * width;
        bins[b].upper = b + 1 == count ? 1.0 : static_cast<double>(b + 1) * width;
    }
    for (std::size_t n = 0; n < probabilities.samples; ++n) {
        const auto row = probabilities.row(n);
        const std::size_t guess = largest(row);
        // One that rounding has put above 1 is in the last.
        const auto bin = std::ranges::lower_bound(bins, std::min(row[guess], 1.0), {}, &ConfidenceBin::upper);
        ++bin->samples;
        bin->confidence += row[guess];
        bin->accuracy += guess == labels[n] ? 1.0 : 0.0;
    }
    for (ConfidenceBin& bin : bins) {
        if (bin.samples == 0) continue;
        bin.confidence /= static_cast<double>(bin.samples);
        bin.accuracy /= static_cast<double>(bin.samples);
    }
    return bins;
}

Calibration calibration(const Probabilities& probabilities, std::span<const std::uint32_t> labels, std::size_t bins) {
    require_labels(probabilities, labels);
    Calibration result;
    const auto samples = static_cast<double>(probabilities.samples);
    for (std::size_t n = 0; n < probabilities.samples; ++n) {
        const auto row = probabilities.row(n);
        result.nll -= std::log(row[labels[n]]) / samples;
        for (std::size_t k = 0; k < row.size(); ++k) {
            const double distance = row[k] - (k == labels[n] ? 1.0 : 0.0);
            result.brier += distance * distance / samples;
        }
        const std::size_t guess = largest(row);
        result.confidence += row[guess] / samples;
        result.accuracy += guess == labels[n] ? 1.0 : 0.0;
    }
    result.accuracy /= samples;
    result.bins = confidence_bins(probabilities, labels, bins);
    for (const ConfidenceBin& bin : result.bins) {
        const double gap = std::abs(bin.accuracy - bin.confidence);
        result.ece += gap * static_cast<double>(bin.samples) / samples;
        if (bin.samples > 0) result.mce = std::max(result.mce, gap);
    }
    return result;
}

double best_temperature(const Logits& logits, std::span<const std::uint32_t> labels) {
    require_labels(logits, labels);
    double low = 1e-4;
    double high = 1e4;
    if (nll_slope(logits, labels, low).first >= 0.0 || nll_slope(logits, labels, high).first <= 0.0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    double factor = 1.0;
    constexpr int most_steps = 200;
    for (int step = 0; step < most_steps; ++step) {
        const Slope slope = nll_slope(logits, labels, factor);
        (slope.first > 0.0 ? high : low) = factor;
        double next = slope.second > 0.0 ? factor - slope.first / slope.second : 0.0;
        if (!(next > low && next < high)) next = std::sqrt(low * high);
        constexpr double precision = 1e-12;
        if (std::abs(next - factor) <= precision * factor) return 1.0 / next;
        factor = next;
    }
    return 1.0 / factor;
}

}  // namespace espalier::robustness
