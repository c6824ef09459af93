#include <espalier/nn/execution/execution.hpp>

namespace espalier::nn {

const std::vector<Choice<ExecutionWay>>& executions() {
    static const std::vector<Choice<ExecutionWay>> entries = {
        {{"auto", "whichever is faster by model.crossovers, for each layer and product", ""}, ExecutionWay::automatic},
        {{"sparse", "the sparse kernels, always", ""}, ExecutionWay::sparse},
        {{"dense", "dense scratch and GEMM, always", ""}, ExecutionWay::dense},
    };
    return entries;
}

Execution::Execution(ExecutionWay way, std::optional<Crossovers> crossovers)
    : always_dense_(way == ExecutionWay::dense) {
    if (way != ExecutionWay::automatic) return;
    if (!crossovers) throw ConfigError("execution 'auto' needs a table of crossovers");
    crossovers_ = std::move(crossovers);
}

bool Execution::is_dense(Product product, const Pattern& pattern, std::size_t lanes) const {
    if (always_dense_ || pattern.is_full()) return true;
    if (!crossovers_) return false;
    const std::size_t features = product == Product::gradients ? pattern.rows() : pattern.cols();
    return pattern.density() > crossovers_->at(product, features, lanes);
}

bool Execution::is_dense(ConvolutionProduct product, const Pattern& pattern, std::size_t channels,
                         std::size_t pixels) const {
    if (always_dense_ || pattern.is_full()) return true;
    if (!crossovers_ || !crossovers_->convolutions()) return false;
    return pattern.density() > crossovers_->convolutions()->at(product, channels, pixels);
}

}  // namespace espalier::nn
