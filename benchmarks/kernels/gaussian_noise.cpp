#include <espalier/kernels/gaussian_noise.hpp>

#include "../elementwise.hpp"

namespace espalier::benchmarks {
namespace {

const bool registered = [] {
    measure_elementwise("gaussian_noise", 2, 1, [](ElementwiseArrays& data) {
        kernels::add_gaussian_noise<float>(data.in.view(), data.out.view(), 0.2, Stream(1, Purpose::input_noise));
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
