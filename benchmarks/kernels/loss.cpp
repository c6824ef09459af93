#include <memory>

#include <espalier/kernels/loss.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

struct Logits {
    kernels::Activations<float> logits, gradient;
    std::vector<std::uint32_t> labels;

    Logits(std::size_t classes, std::size_t lanes) : gradient(classes, lanes) {
        Stream stream(1, Purpose::test, 2);
        logits = random_activations(classes, lanes, stream);
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            labels.push_back(static_cast<std::uint32_t>(stream.below(classes)));
        }
    }
};

/// An exponential counts as one operation: five an element with the shift, the sum, the quotient and the difference.
const bool registered = [] {
    for (const std::size_t classes : {10, 100, 1000}) {
        const std::size_t lanes = 128;
        measure(
            "softmax_cross_entropy/" + std::to_string(classes) + "/batch:128", 1,
            [=] {
                auto data = std::make_shared<Logits>(classes, lanes);
                return [data] {
                    benchmark::DoNotOptimize(kernels::softmax_cross_entropy<float>(data->logits.view(), data->labels,
                                                                                   data->gradient.view()));
                };
            },
            [=] {
                const auto elements = static_cast<double>(classes * lanes);
                return Work{5 * elements, 8 * elements, 0.0};
            });
    }
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
