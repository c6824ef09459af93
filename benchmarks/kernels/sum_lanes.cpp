#include <vector>

#include <espalier/kernels/sparse_product.hpp>

#include "../elementwise.hpp"

namespace espalier::benchmarks {
namespace {

const bool registered = [] {
    measure_elementwise("sum_lanes", 1, 1, [](ElementwiseArrays& data) {
        static std::vector<float> sums(feature_counts().back());
        kernels::sum_lanes<float>(data.grad_out.view(), std::span(sums).first(data.features));
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
