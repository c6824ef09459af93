#include <espalier/kernels/dropout.hpp>

#include "../elementwise.hpp"

namespace espalier::benchmarks {
namespace {

const bool registered = [] {
    measure_elementwise("dropout", 2, 1, [](ElementwiseArrays& data) {
        kernels::dropout<float>(data.in.view(), data.out.view(), 0.5, Stream(1, Purpose::dropout));
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
