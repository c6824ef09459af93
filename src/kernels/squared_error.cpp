#include <espalier/base/text/error.hpp>
#include <espalier/kernels/squared_error.hpp>

namespace espalier::kernels {

template <class T>
double squared_error(View<const T> outputs, View<const T> targets, View<T> gradient) {
    if (outputs.features != targets.features || outputs.lanes != targets.lanes) {
        throw FormatError("squared error: outputs and targets differ in shape");
    }
    const auto features = static_cast<double>(outputs.features);
    const auto scale = static_cast<T>(2.0 / (features * static_cast<double>(outputs.lanes)));
    double sum = 0.0;
    for (std::size_t f = 0; f < outputs.features; ++f) {
        const T* output = outputs.row(f);
        const T* target = targets.row(f);
        for (std::size_t lane = 0; lane < outputs.lanes; ++lane) {
            const auto difference = static_cast<double>(output[lane] - target[lane]);
            sum += difference * difference;
        }
        if (gradient.data == nullptr) continue;
        T* slope = gradient.row(f);
        for (std::size_t lane = 0; lane < outputs.lanes; ++lane) slope[lane] = scale * (output[lane] - target[lane]);
    }
    return sum / features;
}

template double squared_error(View<const float>, View<const float>, View<float>);
template double squared_error(View<const double>, View<const double>, View<double>);

}  // namespace espalier::kernels
