#include <espalier/nn/execution/execution.hpp>

namespace espalier::nn {

const std::vector<Named>& executions() {
    static const std::vector<Named> entries = {
        {"auto", "whichever is faster by model.crossovers, for each layer and product", ""},
        {"sparse", "the sparse kernels, always", ""},
        {"dense", "dense scratch and GEMM, always", ""},
    };
    return entries;
}

Execution::Execution(const std::string& name, std::optional<Crossovers> crossovers) {
    find_named(executions(), name, "model.execution");
    always_dense_ = name == "dense";
    if (name != "auto") return;
    if (!crossovers) throw ConfigError("model.execution = \"auto\" needs a table of crossovers");
    crossovers_ = std::move(crossovers);
}

bool Execution::is_dense(Product product, const Pattern& pattern, std::size_t lanes) const {
    if (always_dense_ || pattern.is_full()) return true;
    if (!crossovers_) return false;
    const std::size_t features = product == Product::gradients ? pattern.rows() : pattern.cols();
    return pattern.density() > crossovers_->at(product, features, lanes);
}

}  // namespace espalier::nn
