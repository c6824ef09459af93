#include <espalier/kernels/squared_error.hpp>

#include "../elementwise.hpp"

namespace espalier::benchmarks {
namespace {

/// Difference, square, sum and the gradient's product.
const bool registered = [] {
    measure_elementwise("squared_error", 3, 4, [](ElementwiseArrays& data) {
        benchmark::DoNotOptimize(
            kernels::squared_error<float>(data.in.view(), data.grad_out.view(), data.grad_in.view()));
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
