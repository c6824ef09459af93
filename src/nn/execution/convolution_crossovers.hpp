#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace espalier::nn {

/// What a convolution computes in a training step.
enum class ConvolutionProduct { forward, weight_gradient, input_gradient };
inline constexpr std::array all_convolution_products{ConvolutionProduct::forward, ConvolutionProduct::weight_gradient,
                                                     ConvolutionProduct::input_gradient};
std::string to_string(ConvolutionProduct product);

/// Densities at which the dense way (kernels/images/scratch_convolution.hpp) becomes faster than the sparse one, as
/// measured on some machine: by product, by the channels it reads (outputs for the gradient at the inputs, else
/// inputs), by the pixels of the output. Lanes do not matter: both ways take 16 at a time.
///
/// In text the last parts of a table of crossovers:
///     | channels 16 256 | pixels 4 1024 | convolution_forward 0.5 0.5 / 0.4 0.6 | convolution_weight_gradient ...
///     | convolution_input_gradient ...
/// with one value a number of pixels, the numbers of channels separated by '/'.
class ConvolutionCrossovers {
  public:
    struct Grid {
        std::vector<std::size_t> channels;  ///< ascending
        std::vector<std::size_t> pixels;    ///< ascending
    };
    using Densities = std::array<std::vector<double>, all_convolution_products.size()>;
    static constexpr std::size_t parts = 2 + all_convolution_products.size();  ///< of the text

    /// @param densities  one list a product, [channels x pixels] row-major, in (0, 1]; 1: never dense
    /// @throws ConfigError where counts do not ascend from 1, lists have other lengths or densities leave (0, 1]
    ConvolutionCrossovers(Grid grid, Densities densities);

    /// @throws ConfigError "is no table of crossovers: ..."
    static ConvolutionCrossovers parse(std::span<const std::string> given);
    std::string text() const;

    /// The crossover for these channels and pixels: linear between the grid's logarithms, constant outside.
    double at(ConvolutionProduct product, std::size_t channels, std::size_t pixels) const;

    const Grid& grid() const { return grid_; }
    const std::vector<double>& densities(ConvolutionProduct product) const {
        return densities_[static_cast<std::size_t>(product)];
    }

  private:
    Grid grid_;
    Densities densities_;
};

}  // namespace espalier::nn
