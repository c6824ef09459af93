#include <cmath>

#include <espalier/nn/graph/published_init.hpp>

namespace espalier::nn {
namespace {

bool is_published(const Initialisation& how) {
    return how.distribution->name == "published";
}

}  // namespace

Draw draw_of(const WeightSpec& weight, const Initialisation& how) {
    if (!is_published(how)) return draw_of(how, weight.cols(), weight.fan_out(), weight.gain);
    const auto fan_in = static_cast<double>(weight.cols());
    switch (weight.published) {
        case PublishedInit::kaiming_in:
            return {std::sqrt(2.0 / fan_in), false, true};
        case PublishedInit::kaiming_out:
            return {std::sqrt(2.0 / static_cast<double>(weight.fan_out())), false, true};
        case PublishedInit::normal_hundredth:
            return {0.01, false, false};
        case PublishedInit::normal_fiftieth:
            return {0.02, false, false};
        case PublishedInit::torch:
        case PublishedInit::torch_weights:
            break;
    }
    return {1.0 / std::sqrt(3.0 * fan_in), true, true};  // the deviation of a uniform within 1 / sqrt(fan-in)
}

bool draws_bias(const WeightSpec& weight, const Initialisation& how) {
    return is_published(how) && weight.published == PublishedInit::torch;
}

}  // namespace espalier::nn
