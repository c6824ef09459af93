#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/nn/execution/convolution_crossovers.hpp>

namespace espalier::nn {

/// What a linear layer computes in a training step: the forward product, then both gradients together, or in the first
/// layer, which has nothing before it, that of the weights alone.
enum class Product { forward, gradients, weight_gradient };
inline constexpr std::array all_products{Product::forward, Product::gradients, Product::weight_gradient};
std::string to_string(Product product);

/// Densities at which the dense way (kernels/scratch_product.hpp) becomes faster than the sparse one, as measured on
/// some machine: by product, by the number of features whose lanes it reads, by lanes.
///
/// The features read are what decides: they are the working set of the sparse kernels, while GEMM does not mind shapes.
/// Forward product and weight gradient alone read the layer's inputs, both gradients together read its outputs.
///
/// The text form is one line, so that a configuration can hold it:
///     avx512 | features 64 1024 | lanes 1 128 | forward 0.4 0.5 / 0.3 0.45 | gradients ... | weight_gradient ...
/// with one value a lane count, the feature counts separated by '/'. What it knows of convolutions follows.
class Crossovers {
  public:
    struct Grid {
        std::vector<std::size_t> features;  ///< ascending
        std::vector<std::size_t> lanes;     ///< ascending
    };
    using Densities = std::array<std::vector<double>, all_products.size()>;

    /// @param instruction_set  it was measured with
    /// @param densities  one list a product, [features x lanes] row-major, in (0, 1]; 1: never dense
    /// @throws ConfigError where counts do not ascend from 1, lists have other lengths or densities leave (0, 1]
    Crossovers(std::string instruction_set, Grid grid, Densities densities,
               std::optional<ConvolutionCrossovers> convolutions = std::nullopt);

    /// @throws ConfigError "is no table of crossovers: ..."
    static Crossovers parse(std::string_view text);

    /// Reads back to the same table.
    std::string text() const;

    /// The crossover for these features and lanes: linear between the grid's logarithms, constant outside. Lanes count
    /// as the kernels pad them, a single one apart.
    double at(Product product, std::size_t features, std::size_t lanes) const;

    const std::string& instruction_set() const { return instruction_set_; }
    const Grid& grid() const { return grid_; }
    const std::vector<double>& densities(Product product) const {
        return densities_[static_cast<std::size_t>(product)];
    }

    /// None: convolutions are sparse, always.
    const std::optional<ConvolutionCrossovers>& convolutions() const { return convolutions_; }

    friend bool operator==(const Crossovers& a, const Crossovers& b) { return a.text() == b.text(); }

  private:
    std::string instruction_set_;
    Grid grid_;
    Densities densities_;
    std::optional<ConvolutionCrossovers> convolutions_;
};

}  // namespace espalier::nn
