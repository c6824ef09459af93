#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <espalier/kernels/normalise.hpp>
#include <espalier/kernels/rows.hpp>

namespace espalier::kernels {
namespace {

/// As many partial sums as a row has lanes in a cache line: compilers add them side by side, in one fixed order.
using PartialSums = std::array<double, lane_padding>;

double total(const PartialSums& sums) {
    double all = 0.0;
    for (const double sum : sums) all += sum;
    return all;
}

/// Sum of term(lane) over the lanes.
template <class Term>
double sum_of_lanes(std::size_t lanes, const Term& term) {
    PartialSums sums{};
    const std::size_t whole = lanes / lane_padding * lane_padding;
    for (std::size_t begin = 0; begin < whole; begin += lane_padding) {
        for (std::size_t k = 0; k < lane_padding; ++k) sums[k] += term(begin + k);
    }
    for (std::size_t lane = whole; lane < lanes; ++lane) sums[lane - whole] += term(lane);
    return total(sums);
}

double inverse_deviation(double variance) {
    return 1.0 / std::sqrt(variance + normalise_epsilon);
}

/// body(first, count) for every block of lanes that lie in one cache line; blocks are dealt to threads.
template <class Body>
void for_lane_blocks(std::size_t lanes, std::size_t features, const Body& body) {
    const std::size_t blocks = padded_lanes(lanes) / lane_padding;
    for_equal_rows(blocks, features * lane_padding, [&](std::size_t begin, std::size_t end) {
        for (std::size_t block = begin; block < end; ++block) {
            const std::size_t first = block * lane_padding;
            body(first, std::min(lane_padding, lanes - first));
        }
    });
}

/// Mean, and the sum of squared distances from it.
template <class T>
std::array<double, 2> moments_of_row(const T* x, std::size_t lanes) {
    const double m = sum_of_lanes(lanes, [&](std::size_t lane) { return static_cast<double>(x[lane]); }) /
                     static_cast<double>(lanes);
    const double squares = sum_of_lanes(lanes, [&](std::size_t lane) {
        const double distance = static_cast<double>(x[lane]) - m;
        return distance * distance;
    });
    return {m, squares};
}

/// How one row is normalised.
struct RowNorm {
    double mean, inverse;
};

template <class T>
RowNorm row_norm(T mean, T variance) {
    return {static_cast<double>(mean), inverse_deviation(static_cast<double>(variance))};
}

/// Of the gradients at the output, and of their products with the normalised numbers.
template <class T>
std::array<double, 2> gradient_sums_of_row(const T* x, const T* dy, std::size_t lanes, const RowNorm& norm) {
    const double shift = sum_of_lanes(lanes, [&](std::size_t lane) { return static_cast<double>(dy[lane]); });
    const double product = sum_of_lanes(lanes, [&](std::size_t lane) {
        return static_cast<double>(dy[lane]) * ((static_cast<double>(x[lane]) - norm.mean) * norm.inverse);
    });
    return {shift, product};
}

template <class T>
void gradient_of_row(const T* x, const T* dy, T* dx, std::size_t lanes, const RowNorm& norm, double factor,
                     double mean_shift, double mean_product) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        const double normal = (static_cast<double>(x[lane]) - norm.mean) * norm.inverse;
        dx[lane] = static_cast<T>(factor * (static_cast<double>(dy[lane]) - mean_shift - normal * mean_product));
    }
}

}  // namespace

template <class T>
void moments_of_rows(View<const T> in, std::span<T> mean, std::span<T> variance) {
    const auto n = static_cast<double>(in.lanes);
    for_equal_rows(in.features, in.stride * 2, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const std::array<double, 2> found = moments_of_row(in.row(f), in.lanes);
            mean[f] = static_cast<T>(found[0]);
            variance[f] = static_cast<T>(found[1] / n);
        }
    });
}

template <class T>
void exact_moments_of_rows(View<const T> in, std::span<double> mean, std::span<double> squares) {
    for_equal_rows(in.features, in.stride * 2, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const std::array<double, 2> found = moments_of_row(in.row(f), in.lanes);
            mean[f] = found[0];
            squares[f] = found[1];
        }
    });
}

template <class T>
void normalise_rows(View<const T> in, std::span<const T> mean, std::span<const T> variance, std::span<const T> scale,
                    std::span<const T> shift, View<T> out) {
    for_equal_rows(in.features, in.stride, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const T* x = in.row(f);
            T* y = out.row(f);
            const T factor =
                static_cast<T>(static_cast<double>(scale[f]) * inverse_deviation(static_cast<double>(variance[f])));
            for (std::size_t lane = 0; lane < in.lanes; ++lane) y[lane] = (x[lane] - mean[f]) * factor + shift[f];
        }
    });
}

template <class T>
void normalise_rows_gradient(View<const T> in, std::span<const T> mean, std::span<const T> variance,
                             std::span<const T> scale, bool fixed_moments, View<const T> grad_out,
                             std::span<T> grad_scale, std::span<T> grad_shift, View<T> grad_in) {
    const auto n = static_cast<double>(in.lanes);
    for_equal_rows(in.features, in.stride * 3, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const RowNorm norm = row_norm(mean[f], variance[f]);
            const std::array<double, 2> sums = gradient_sums_of_row(in.row(f), grad_out.row(f), in.lanes, norm);
            grad_scale[f] = static_cast<T>(sums[1]);
            grad_shift[f] = static_cast<T>(sums[0]);
            if (grad_in.data == nullptr) continue;
            gradient_of_row(in.row(f), grad_out.row(f), grad_in.row(f), in.lanes, norm,
                            static_cast<double>(scale[f]) * norm.inverse, fixed_moments ? 0.0 : sums[0] / n,
                            fixed_moments ? 0.0 : sums[1] / n);
        }
    });
}

template <class T>
void normalise_rows_sums(View<const T> in, std::span<const T> mean, std::span<const T> variance, View<const T> grad_out,
                         std::span<double> sums, std::span<double> products) {
    for_equal_rows(in.features, in.stride * 2, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const std::array<double, 2> found =
                gradient_sums_of_row(in.row(f), grad_out.row(f), in.lanes, row_norm(mean[f], variance[f]));
            sums[f] = found[0];
            products[f] = found[1];
        }
    });
}

template <class T>
void normalise_rows_gradient_by_sums(View<const T> in, std::span<const T> mean, std::span<const T> variance,
                                     std::span<const T> scale, std::span<const double> sums,
                                     std::span<const double> products, std::size_t lanes, View<const T> grad_out,
                                     View<T> grad_in) {
    const auto n = static_cast<double>(lanes);
    for_equal_rows(in.features, in.stride, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const RowNorm norm = row_norm(mean[f], variance[f]);
            gradient_of_row(in.row(f), grad_out.row(f), grad_in.row(f), in.lanes, norm,
                            static_cast<double>(scale[f]) * norm.inverse, sums[f] / n, products[f] / n);
        }
    });
}

template <class T>
void moments_of_lanes(View<const T> in, std::span<T> mean, std::span<T> variance) {
    const auto n = static_cast<double>(in.features);
    for_lane_blocks(in.lanes, in.features * 2, [&](std::size_t first, std::size_t count) {
        PartialSums sums{};
        for (std::size_t f = 0; f < in.features; ++f) {
            const T* x = in.row(f) + first;
            for (std::size_t k = 0; k < lane_padding; ++k) sums[k] += static_cast<double>(x[k]);
        }
        for (double& sum : sums) sum /= n;
        PartialSums squares{};
        for (std::size_t f = 0; f < in.features; ++f) {
            const T* x = in.row(f) + first;
            for (std::size_t k = 0; k < lane_padding; ++k) {
                const double distance = static_cast<double>(x[k]) - sums[k];
                squares[k] += distance * distance;
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            mean[first + k] = static_cast<T>(sums[k]);
            variance[first + k] = static_cast<T>(squares[k] / n);
        }
    });
}

template <class T>
void normalise_lanes(View<const T> in, std::span<const T> mean, std::span<const T> variance, std::span<const T> scale,
                     std::span<const T> shift, View<T> out) {
    for_lane_blocks(in.lanes, in.features, [&](std::size_t first, std::size_t count) {
        std::array<T, lane_padding> inverse{};
        for (std::size_t k = 0; k < count; ++k)
            inverse[k] = static_cast<T>(inverse_deviation(static_cast<double>(variance[first + k])));
        for (std::size_t f = 0; f < in.features; ++f) {
            const T* x = in.row(f) + first;
            T* y = out.row(f) + first;
            for (std::size_t k = 0; k < count; ++k) y[k] = (x[k] - mean[first + k]) * inverse[k] * scale[f] + shift[f];
        }
    });
}

template <class T>
void normalise_lanes_gradient(View<const T> in, std::span<const T> mean, std::span<const T> variance,
                              std::span<const T> scale, View<const T> grad_out, std::span<T> grad_scale,
                              std::span<T> grad_shift, View<T> grad_in) {
    std::vector<double> inverse(in.lanes);
    for (std::size_t lane = 0; lane < in.lanes; ++lane)
        inverse[lane] = inverse_deviation(static_cast<double>(variance[lane]));
    for_equal_rows(in.features, in.stride * 2, [&](std::size_t begin, std::size_t end) {
        for (std::size_t f = begin; f < end; ++f) {
            const T* x = in.row(f);
            const T* dy = grad_out.row(f);
            grad_shift[f] =
                static_cast<T>(sum_of_lanes(in.lanes, [&](std::size_t lane) { return static_cast<double>(dy[lane]); }));
            grad_scale[f] = static_cast<T>(sum_of_lanes(in.lanes, [&](std::size_t lane) {
                return static_cast<double>(dy[lane]) *
                       ((static_cast<double>(x[lane]) - static_cast<double>(mean[lane])) * inverse[lane]);
            }));
        }
    });
    if (grad_in.data == nullptr) return;
    const auto n = static_cast<double>(in.features);
    for_lane_blocks(in.lanes, in.features * 3, [&](std::size_t first, std::size_t count) {
        PartialSums sums{};      // of the gradients at the normalised numbers
        PartialSums products{};  // of these and the normalised numbers
        const auto normal = [&](const T* x, std::size_t k) {
            return (static_cast<double>(x[k]) - static_cast<double>(mean[first + k])) * inverse[first + k];
        };
        for (std::size_t f = 0; f < in.features; ++f) {
            const T* x = in.row(f) + first;
            const T* dy = grad_out.row(f) + first;
            for (std::size_t k = 0; k < count; ++k) {
                const double g = static_cast<double>(dy[k]) * static_cast<double>(scale[f]);
                sums[k] += g;
                products[k] += g * normal(x, k);
            }
        }
        for (std::size_t f = 0; f < in.features; ++f) {
            const T* x = in.row(f) + first;
            const T* dy = grad_out.row(f) + first;
            T* dx = grad_in.row(f) + first;
            for (std::size_t k = 0; k < count; ++k) {
                const double g = static_cast<double>(dy[k]) * static_cast<double>(scale[f]);
                dx[k] = static_cast<T>(inverse[first + k] * (g - sums[k] / n - normal(x, k) * products[k] / n));
            }
        }
    });
}

#define ESPALIER_INSTANTIATE(T)                                                                                       \
    template void moments_of_rows(View<const T>, std::span<T>, std::span<T>);                                         \
    template void exact_moments_of_rows(View<const T>, std::span<double>, std::span<double>);                         \
    template void normalise_rows_sums(View<const T>, std::span<const T>, std::span<const T>, View<const T>,           \
                                      std::span<double>, std::span<double>);                                          \
    template void normalise_rows_gradient_by_sums(View<const T>, std::span<const T>, std::span<const T>,              \
                                                  std::span<const T>, std::span<const double>,                        \
                                                  std::span<const double>, std::size_t, View<const T>, View<T>);      \
    template void normalise_rows(View<const T>, std::span<const T>, std::span<const T>, std::span<const T>,           \
                                 std::span<const T>, View<T>);                                                        \
    template void normalise_rows_gradient(View<const T>, std::span<const T>, std::span<const T>, std::span<const T>,  \
                                          bool, View<const T>, std::span<T>, std::span<T>, View<T>);                  \
    template void moments_of_lanes(View<const T>, std::span<T>, std::span<T>);                                        \
    template void normalise_lanes(View<const T>, std::span<const T>, std::span<const T>, std::span<const T>,          \
                                  std::span<const T>, View<T>);                                                       \
    template void normalise_lanes_gradient(View<const T>, std::span<const T>, std::span<const T>, std::span<const T>, \
                                           View<const T>, std::span<T>, std::span<T>, View<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
