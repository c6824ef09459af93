#include <memory>

#include <espalier/base/memory/aligned.hpp>
#include <espalier/kernels/optimizer_step.hpp>

#include "../measure.hpp"

namespace espalier::benchmarks {
namespace {

struct Arrays {
    AlignedVector<float> values, gradient, first, second;

    explicit Arrays(std::size_t count) : values(count, 0.5F), gradient(count, 0.1F), first(count), second(count) {}
};

void measure_step(const std::string& name, double arrays, double flops, const std::function<void(Arrays&)>& step) {
    for (const std::size_t count : {std::size_t{50'000}, std::size_t{1'000'000}, std::size_t{16'000'000}}) {
        for (const int threads : {1, 2}) {
            measure(
                name + "/weights:" + std::to_string(count), threads,
                [=] {
                    auto data = std::make_shared<Arrays>(count);
                    return [data, step] { step(*data); };
                },
                [=] {
                    const auto weights = static_cast<double>(count);
                    return Work{flops * weights, 4 * arrays * weights, 0.0};
                });
        }
    }
}

const bool registered = [] {
    measure_step("sgd_step/momentum", 5, 4, [](Arrays& data) {
        kernels::sgd_step<float>(data.values, data.gradient, data.first, {1e-6F, 0.9F, 0.0F, false});
    });
    measure_step("adam_step", 7, 14, [](Arrays& data) {
        const kernels::AdamArguments<float> arguments{1e-6F, 0.9F, 0.999F, 1e-8F, 0.0F, 0.1F, 0.001F, 0.5F, 0.5F};
        kernels::adam_step<float>(data.values, data.gradient, data.first, data.second, arguments);
    });
    return true;
}();

}  // namespace
}  // namespace espalier::benchmarks
