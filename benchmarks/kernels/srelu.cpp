#include <vector>

#include <espalier/kernels/srelu.hpp>

#include "../elementwise.hpp"

namespace espalier::benchmarks {
namespace {

/// The four trained numbers of every feature, and their gradients.
struct Parameters {
    std::vector<float> numbers, gradients;

    explicit Parameters(std::size_t features) : numbers(4 * features, 0.2F), gradients(4 * features) {}
    kernels::SreluArrays<const float> values() const { return arrays<const float>(numbers.data()); }
    kernels::SreluArrays<float> results() { return arrays<float>(gradients.data()); }

    template <class T>
    kernels::SreluArrays<T> arrays(T* data) const {
        const std::size_t features = numbers.size() / 4;
        return {data, data + features, data + 2 * features, data + 3 * features};
    }
};

const bool registered = [] {
    measure_elementwise("srelu/forward", 2, 4, [](ElementwiseArrays& data) {
        static Parameters parameters(feature_counts().back());
        kernels::srelu<float>(data.in.view(), data.out.view(), parameters.values());
    });
    measure_elementwise("srelu/gradient", 3, 8, [](ElementwiseArrays& data) {
        static Parameters parameters(feature_counts().back());
        kernels::srelu_gradient<float>(data.in.view(), data.grad_out.view(), data.grad_in.view(), parameters.values(),
                                       parameters.results());
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
