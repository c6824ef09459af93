#include <espalier/kernels/sigmoid.hpp>

#include "../elementwise.hpp"

namespace espalier::benchmarks {
namespace {

const bool registered = [] {
    measure_elementwise("sigmoid/forward", 2, 1,
                        [](ElementwiseArrays& data) { kernels::sigmoid<float>(data.in.view(), data.out.view()); });
    measure_elementwise("sigmoid/gradient", 3, 1, [](ElementwiseArrays& data) {
        kernels::sigmoid_gradient<float>(data.in.view(), data.grad_out.view(), data.grad_in.view());
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
