#pragma once

#include <optional>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/text/named.hpp>
#include <espalier/nn/execution/crossovers.hpp>

namespace espalier::nn {

enum class ExecutionWay { automatic, sparse, dense };

/// The ways by name: auto, sparse, dense.
const std::vector<Choice<ExecutionWay>>& executions();

/// How the products of masked layers are computed: by the sparse kernels, or by dense scratch and GEMM.
///
/// The choice is a function of the layer's pattern and the lanes alone, the same for any number of threads and on any
/// machine; it changes results by rounding only. Full patterns have no choice: they are dense.
class Execution {
  public:
    /// By the sparse kernels, always.
    Execution() = default;

    /// @param crossovers  what `automatic` goes by
    /// @throws ConfigError where `automatic` stands without them
    explicit Execution(ExecutionWay way, std::optional<Crossovers> crossovers = std::nullopt);

    /// True where this product of the layer is computed the dense way.
    bool is_dense(Product product, const Pattern& pattern, std::size_t lanes) const;
    /// The same of a convolution.
    /// @param channels  that the product reads
    /// @param pixels    of the output
    bool is_dense(ConvolutionProduct product, const Pattern& pattern, std::size_t channels, std::size_t pixels) const;

  private:
    bool always_dense_ = false;
    std::optional<Crossovers> crossovers_;
};

}  // namespace espalier::nn
