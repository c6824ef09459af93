#include <algorithm>
#include <cmath>
#include <vector>

#include <espalier/tickets/calibration.hpp>

namespace espalier::tickets {

double expected_calibration_error(const Predictions& predictions, std::size_t bins) {
    struct Bin {
        double confidence = 0.0;
        double correct = 0.0;
    };
    std::vector<Bin> sums(bins);
    const auto count = static_cast<double>(bins);
    for (std::size_t k = 0; k < predictions.examples(); ++k) {
        const std::uint32_t predicted = predictions.predicted(k);
        const double confidence = std::exp(predictions.of(k)[predicted]);
        const double place = std::clamp(std::ceil(confidence * count) - 1.0, 0.0, count - 1.0);
        Bin& bin = sums[static_cast<std::size_t>(place)];
        bin.confidence += confidence;
        bin.correct += predicted == predictions.labels[k] ? 1.0 : 0.0;
    }
    double error = 0.0;
    for (const Bin& bin : sums) error += std::abs(bin.correct - bin.confidence);
    return error / static_cast<double>(predictions.examples());
}

}  // namespace espalier::tickets
