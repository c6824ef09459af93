#include <utility>

#include <espalier/nn/execution/convolution_crossovers.hpp>
#include <espalier/nn/execution/crossover_text.hpp>

namespace espalier::nn {

using namespace crossover_text;

std::string to_string(ConvolutionProduct product) {
    switch (product) {
        case ConvolutionProduct::forward:
            return "convolution_forward";
        case ConvolutionProduct::weight_gradient:
            return "convolution_weight_gradient";
        case ConvolutionProduct::input_gradient:
            return "convolution_input_gradient";
    }
    return "unknown";
}

ConvolutionCrossovers::ConvolutionCrossovers(Grid grid, Densities densities)
    : grid_(std::move(grid)), densities_(std::move(densities)) {
    require_counts(grid_.channels, "channels");
    require_counts(grid_.pixels, "pixels");
    for (const ConvolutionProduct product : all_convolution_products)
        require_densities(to_string(product), this->densities(product), grid_.channels.size() * grid_.pixels.size());
}

ConvolutionCrossovers ConvolutionCrossovers::parse(std::span<const std::string> given) {
    Grid grid{numbers<std::size_t>(given[0], "channels"), numbers<std::size_t>(given[1], "pixels")};
    Densities densities;
    for (std::size_t k = 0; k < all_convolution_products.size(); ++k)
        densities[k] = numbers<double>(given[2 + k], to_string(all_convolution_products[k]));
    return {std::move(grid), std::move(densities)};
}

std::string ConvolutionCrossovers::text() const {
    std::string text = part("channels", grid_.channels, grid_.channels.size());
    text += part("pixels", grid_.pixels, grid_.pixels.size());
    for (const ConvolutionProduct product : all_convolution_products)
        text += part(to_string(product), densities(product), grid_.pixels.size());
    return text;
}

double ConvolutionCrossovers::at(ConvolutionProduct product, std::size_t channels, std::size_t pixels) const {
    return crossover_text::at(densities(product), grid_.pixels.size(), place(grid_.channels, channels),
                              place(grid_.pixels, pixels));
}

}  // namespace espalier::nn
