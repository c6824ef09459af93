#include <algorithm>
#include <cmath>

#include <espalier/tuning/convolution_timing.hpp>
#include <espalier/tuning/execution_check.hpp>

namespace espalier::tuning {

CheckPlan full_check() {
    return {{256, 1024, 4096},
            {32, 128, 512},
            {{16, 64, 256}, {16, 256, 1024}},
            {0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9},
            0.04};
}

double CheckedProduct::ratio() const {
    return chosen() / std::min(seconds.sparse, seconds.dense);
}

std::vector<CheckedProduct> check_execution(const nn::Execution& execution, const CheckPlan& plan,
                                            const Report& report) {
    std::vector<CheckedProduct> checked;
    const std::size_t of_images = plan.convolutions.channels.size() * plan.convolutions.pixels.size();
    const auto all = static_cast<double>((plan.widths.size() + of_images) * plan.densities.size());
    double done = 0.0;
    for (const std::size_t width : plan.widths) {
        for (const double density : plan.densities) {
            LayerTiming layer(width, width, density);
            for (const std::size_t lanes : plan.lanes) {
                for (const nn::Product product : nn::all_products) {
                    const Seconds seconds = layer.measure(product, lanes, plan.seconds);
                    const bool is_dense = execution.is_dense(product, layer.pattern(), lanes);
                    checked.push_back({to_string(product), width, lanes, density, seconds, is_dense});
                }
            }
            report(++done, all);
        }
    }
    for (const std::size_t channels : plan.convolutions.channels) {
        for (const std::size_t pixels : plan.convolutions.pixels) {
            const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(pixels))));
            for (const double density : plan.densities) {
                ConvolutionTiming layer(channels, channels, side, density);
                for (const nn::ConvolutionProduct product : nn::all_convolution_products) {
                    const Seconds seconds = layer.measure(product, plan.seconds);
                    const bool is_dense = execution.is_dense(product, layer.pattern(), channels, pixels);
                    checked.push_back({to_string(product), channels, pixels, density, seconds, is_dense});
                }
                report(++done, all);
            }
        }
    }
    return checked;
}

}  // namespace espalier::tuning
