#pragma once

#include <memory>

#include "measure.hpp"

namespace espalier::benchmarks {

/// Activations and gradients that an elementwise kernel reads and writes, batch 128.
struct ElementwiseArrays {
    kernels::Activations<float> in, out, grad_out, grad_in;
    std::size_t features = 0;

    explicit ElementwiseArrays(std::size_t count);
    double elements() const { return static_cast<double>(features * elementwise_lanes); }
};

/// Times `call` over feature_counts(). @param arrays how many arrays of activations a call reads or writes
/// @param flops useful operations an element
inline void measure_elementwise(const std::string& kernel, double arrays, double flops,
                                const std::function<void(ElementwiseArrays&)>& call) {
    for (const std::size_t features : feature_counts()) {
        measure(
            kernel + "/" + std::to_string(features) + "/batch:" + std::to_string(elementwise_lanes), 1,
            [features, call] {
                auto data = std::make_shared<ElementwiseArrays>(features);
                return [data, call] { call(*data); };
            },
            [features, arrays, flops] {
                const auto elements = static_cast<double>(features * elementwise_lanes);
                return Work{flops * elements, 4 * arrays * elements, 0.0};
            });
    }
}

inline ElementwiseArrays::ElementwiseArrays(std::size_t count)
    : out(count, elementwise_lanes), grad_in(count, elementwise_lanes), features(count) {
    Stream stream(1, Purpose::test, 1);
    in = random_activations(count, elementwise_lanes, stream);
    grad_out = random_activations(count, elementwise_lanes, stream);
}

}  // namespace espalier::benchmarks
