#include <algorithm>

#include <espalier/tuning/execution_check.hpp>

namespace espalier::tuning {

CheckPlan full_check() {
    return {{256, 1024, 4096}, {32, 128, 512}, {0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9}, 0.04};
}

double CheckedProduct::ratio() const {
    return chosen() / std::min(seconds.sparse, seconds.dense);
}

std::vector<CheckedProduct> check_execution(const nn::Execution& execution, const CheckPlan& plan,
                                            const Report& report) {
    std::vector<CheckedProduct> checked;
    const auto all = static_cast<double>(plan.widths.size() * plan.densities.size());
    double done = 0.0;
    for (const std::size_t width : plan.widths) {
        for (const double density : plan.densities) {
            LayerTiming layer(width, width, density);
            for (const std::size_t lanes : plan.lanes) {
                for (const nn::Product product : nn::all_products) {
                    const Seconds seconds = layer.measure(product, lanes, plan.seconds);
                    const bool is_dense = execution.is_dense(product, layer.pattern(), lanes);
                    checked.push_back({product, width, lanes, density, seconds, is_dense});
                }
            }
            report(++done, all);
        }
    }
    return checked;
}

}  // namespace espalier::tuning
