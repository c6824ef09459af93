#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/kernels/loss.hpp>

namespace espalier::kernels {
namespace {

/// The first class with the largest logit; a NaN never wins, so that all-NaN lanes still have a class.
template <class T>
std::size_t largest(View<const T> logits, std::size_t lane) {
    std::size_t best = 0;
    for (std::size_t c = 1; c < logits.features; ++c) {
        if (logits.row(c)[lane] > logits.row(best)[lane]) best = c;
    }
    return best;
}

/// The sum of exp(logit - top); each goes to the gradient's place too, where there is one.
template <class T>
T sum_of_exponentials(View<const T> logits, std::size_t lane, T top, View<T> gradient) {
    T sum(0);
    for (std::size_t c = 0; c < logits.features; ++c) {
        const T exponential = std::exp(logits.row(c)[lane] - top);
        if (gradient.data != nullptr) gradient.row(c)[lane] = exponential;
        sum += exponential;
    }
    return sum;
}

template <class T>
double mean_logit(View<const T> logits, std::size_t lane) {
    double sum = 0.0;
    for (std::size_t c = 0; c < logits.features; ++c) sum += static_cast<double>(logits.row(c)[lane]);
    return sum / static_cast<double>(logits.features);
}

}  // namespace

template <class T>
LossSum softmax_cross_entropy(View<const T> logits, std::span<const std::uint32_t> labels, View<T> gradient,
                              double smoothing) {
    if (labels.size() != logits.lanes) throw FormatError("cross-entropy: labels and lanes differ in number");
    LossSum result;
    const T share = T(1) / static_cast<T>(logits.lanes);
    const T everywhere = static_cast<T>(smoothing / static_cast<double>(logits.features));
    const T at_target = static_cast<T>(1.0 - smoothing + smoothing / static_cast<double>(logits.features));
    for (std::size_t lane = 0; lane < logits.lanes; ++lane) {
        const std::size_t best = largest(logits, lane);
        const T top = logits.row(best)[lane];
        const T at_label = logits.row(labels[lane])[lane];
        const T sum = sum_of_exponentials(logits, lane, top, gradient);
        result.loss += static_cast<double>(std::log(sum) + top - at_label);
        if (smoothing > 0.0) {
            result.loss += smoothing * (static_cast<double>(at_label) - mean_logit(logits, lane));
        }
        result.correct += best == labels[lane] ? 1 : 0;
        if (gradient.data == nullptr) continue;
        for (std::size_t c = 0; c < logits.features; ++c) {
            const T probability = gradient.row(c)[lane] / sum;
            gradient.row(c)[lane] = (probability - (c == labels[lane] ? at_target : everywhere)) * share;
        }
    }
    return result;
}

template LossSum softmax_cross_entropy(View<const float>, std::span<const std::uint32_t>, View<float>, double);
template LossSum softmax_cross_entropy(View<const double>, std::span<const std::uint32_t>, View<double>, double);

}  // namespace espalier::kernels
