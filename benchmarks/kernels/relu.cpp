#include <espalier/kernels/relu.hpp>

#include "../elementwise.hpp"

namespace espalier::benchmarks {
namespace {

const bool registered = [] {
    measure_elementwise("leaky_relu/forward", 2, 1, [](ElementwiseArrays& data) {
        kernels::leaky_relu<float>(data.in.view(), data.out.view(), 0.0F);
    });
    measure_elementwise("leaky_relu/gradient", 3, 1, [](ElementwiseArrays& data) {
        kernels::leaky_relu_gradient<float>(data.in.view(), data.grad_out.view(), data.grad_in.view(), 0.0F);
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
