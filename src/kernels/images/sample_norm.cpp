#include <algorithm>
#include <cmath>

#include <espalier/kernels/images/margins.hpp>
#include <espalier/kernels/images/sample_norm.hpp>
#include <espalier/kernels/rows.hpp>
#include <espalier/kernels/simd.hpp>

namespace espalier::kernels {
namespace {

/// body(lane block, set), dealt to threads.
template <class T, class Body>
void for_sets(const SampleSets& sets, View<const T> in, const Body& body) {
    for_equal_rows(in.blocks() * sets.sets, sets.count * lane_unit * 4, [&](std::size_t begin, std::size_t end) {
        for (std::size_t item = begin; item < end; ++item) body(item / sets.sets, item % sets.sets);
    });
}

/// body(place, channel) of the features of a set.
template <class Body>
void for_features(const SampleSets& sets, std::size_t set, const Body& body) {
    const std::size_t first = set * sets.step;
    for (std::size_t k = 0; k < sets.count; ++k) {
        const std::size_t f = first + k * sets.stride;
        body(sets.image.place(f), f / sets.image.pixels());
    }
}

/// Where the means of a set's lanes lie; inverse deviations a unit of all lanes behind.
template <class T>
T* means_of(std::span<T> moments, std::size_t all_lanes, std::size_t set, std::size_t block) {
    return moments.data() + set * 2 * all_lanes + block * lane_unit;
}

}  // namespace

template <class T>
void normalise_samples(const SampleSets& sets, View<const T> in, std::span<const T> scale, std::span<const T> shift,
                       double epsilon, std::span<T> moments, View<T> out) {
    const std::size_t all_lanes = padded_lanes(in.lanes);
    const auto n = static_cast<double>(sets.count);
    for_sets<T>(sets, in, [&](std::size_t b, std::size_t set) {
        const View<const T> from = in.block(b);
        const View<T> to = out.block(b);
        double sum[lane_unit] = {};
        for_features(sets, set, [&](std::size_t f, std::size_t) {
            for (std::size_t k = 0; k < lane_unit; ++k) sum[k] += static_cast<double>(from.row(f)[k]);
        });
        double squares[lane_unit] = {};
        for_features(sets, set, [&](std::size_t f, std::size_t) {
            for (std::size_t k = 0; k < lane_unit; ++k) {
                const double distance = static_cast<double>(from.row(f)[k]) - sum[k] / n;
                squares[k] += distance * distance;
            }
        });
        T* const mean = means_of(moments, all_lanes, set, b);
        T* const inverse = mean + all_lanes;
        for (std::size_t k = 0; k < lane_unit; ++k) {
            mean[k] = static_cast<T>(sum[k] / n);
            inverse[k] = static_cast<T>(1.0 / std::sqrt(squares[k] / n + epsilon));
        }
        for_features(sets, set, [&](std::size_t f, std::size_t c) {
            for (std::size_t k = 0; k < from.lanes; ++k)
                to.row(f)[k] = (from.row(f)[k] - mean[k]) * inverse[k] * scale[c] + shift[c];
        });
    });
    zero_border(sets.image, out);
}

template <class T>
void normalise_samples_gradient(const SampleSets& sets, View<const T> in, std::span<const T> scale,
                                std::span<const T> moments, View<const T> grad_out, std::span<T> grad_scale,
                                std::span<T> grad_shift, View<T> grad_in) {
    const std::size_t all_lanes = padded_lanes(in.lanes);
    const std::size_t pixels = sets.image.pixels();
    const auto set_of = [&](std::size_t f) {  // features of a set are side by side, or the same pixel of all channels
        return sets.stride == 1 ? f / sets.count : f % pixels;
    };
    for_equal_rows(sets.image.channels, pixels * all_lanes * 2, [&](std::size_t begin, std::size_t end) {
        for (std::size_t c = begin; c < end; ++c) {
            double sum = 0.0;
            double product = 0.0;
            for (std::size_t b = 0; b < in.blocks(); ++b) {
                const View<const T> from = in.block(b);
                for (std::size_t f = c * pixels; f < (c + 1) * pixels; ++f) {
                    const T* const mean = means_of(moments, all_lanes, set_of(f), b);
                    const std::size_t place = sets.image.place(f);
                    const T* const dy = grad_out.block(b).row(place);
                    for (std::size_t k = 0; k < from.lanes; ++k) {
                        const T normal = (from.row(place)[k] - mean[k]) * mean[all_lanes + k];
                        sum += static_cast<double>(dy[k]);
                        product += static_cast<double>(dy[k]) * static_cast<double>(normal);
                    }
                }
            }
            grad_shift[c] = static_cast<T>(sum);
            grad_scale[c] = static_cast<T>(product);
        }
    });
    if (grad_in.data == nullptr) return;
    const auto n = static_cast<double>(sets.count);
    for_sets<T>(sets, in, [&](std::size_t b, std::size_t set) {
        const View<const T> from = in.block(b);
        const View<const T> back = grad_out.block(b);
        const View<T> to = grad_in.block(b);
        const T* const mean = means_of(moments, all_lanes, set, b);
        const T* const inverse = mean + all_lanes;
        double sum[lane_unit] = {};      // of the gradients at the normalised numbers
        double product[lane_unit] = {};  // of these and the normalised numbers
        const auto gradient = [&](std::size_t f, std::size_t c, std::size_t k) {
            return static_cast<double>(back.row(f)[k]) * static_cast<double>(scale[c]);
        };
        const auto normal = [&](std::size_t f, std::size_t k) {
            return static_cast<double>((from.row(f)[k] - mean[k]) * inverse[k]);
        };
        for_features(sets, set, [&](std::size_t f, std::size_t c) {
            for (std::size_t k = 0; k < from.lanes; ++k) {
                sum[k] += gradient(f, c, k);
                product[k] += gradient(f, c, k) * normal(f, k);
            }
        });
        for_features(sets, set, [&](std::size_t f, std::size_t c) {
            for (std::size_t k = 0; k < from.lanes; ++k) {
                to.row(f)[k] = static_cast<T>(static_cast<double>(inverse[k]) *
                                              (gradient(f, c, k) - sum[k] / n - normal(f, k) * product[k] / n));
            }
        });
    });
    zero_border(sets.image, grad_in);
}

#define ESPALIER_INSTANTIATE(T)                                                                                        \
    template void normalise_samples(const SampleSets&, View<const T>, std::span<const T>, std::span<const T>, double,  \
                                    std::span<T>, View<T>);                                                            \
    template void normalise_samples_gradient(const SampleSets&, View<const T>, std::span<const T>, std::span<const T>, \
                                             View<const T>, std::span<T>, std::span<T>, View<T>);
ESPALIER_INSTANTIATE(float)
ESPALIER_INSTANTIATE(double)
#undef ESPALIER_INSTANTIATE

}  // namespace espalier::kernels
