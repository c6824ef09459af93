#include <cmath>
#include <numbers>

#include <espalier/kernels/gelu.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {
namespace {

/// Elements that one is worth: the error function takes so much longer than an addition.
constexpr std::size_t gelu_cost = 16;

template <class T>
T normal_distribution(T x) {
    return T(0.5) * (T(1) + std::erf(x * static_cast<T>(1.0 / std::numbers::sqrt2)));
}

template <class T>
T normal_density(T x) {
    return static_cast<T>(std::numbers::inv_sqrtpi / std::numbers::sqrt2) * std::exp(T(-0.5) * x * x);
}

}  // namespace

template <class T>
void gelu(View<const T> in, View<T> out) {
    for_equal_rows(in.features, in.stride * gelu_cost, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            for (std::size_t k = 0; k < in.lanes; ++k) out.row(f)[k] = in.row(f)[k] * normal_distribution(in.row(f)[k]);
            for (std::size_t k = in.lanes; k < in.stride; ++k) out.row(f)[k] = T(0);
        }
    });
}

template <class T>
void gelu_gradient(View<const T> in, View<const T> grad_out, View<T> grad_in) {
    for_equal_rows(in.features, in.stride * gelu_cost, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            for (std::size_t k = 0; k < in.lanes; ++k) {
                const T x = in.row(f)[k];
                grad_in.row(f)[k] = grad_out.row(f)[k] * (normal_distribution(x) + x * normal_density(x));
            }
            for (std::size_t k = in.lanes; k < in.stride; ++k) grad_in.row(f)[k] = T(0);
        }
    });
}

template void gelu(View<const float>, View<float>);
template void gelu(View<const double>, View<double>);
template void gelu_gradient(View<const float>, View<const float>, View<float>);
template void gelu_gradient(View<const double>, View<const double>, View<double>);

}  // namespace espalier::kernels
