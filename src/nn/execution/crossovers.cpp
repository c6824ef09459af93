#include <utility>

#include <espalier/kernels/activations.hpp>
#include <espalier/nn/execution/crossover_text.hpp>
#include <espalier/nn/execution/crossovers.hpp>

namespace espalier::nn {

using namespace crossover_text;

std::string to_string(Product product) {
    switch (product) {
        case Product::forward:
            return "forward";
        case Product::gradients:
            return "gradients";
        case Product::weight_gradient:
            return "weight_gradient";
    }
    return "unknown";
}

Crossovers::Crossovers(std::string instruction_set, Grid grid, Densities densities,
                       std::optional<ConvolutionCrossovers> convolutions)
    : instruction_set_(std::move(instruction_set)),
      grid_(std::move(grid)),
      densities_(std::move(densities)),
      convolutions_(std::move(convolutions)) {
    require_counts(grid_.features, "features");
    require_counts(grid_.lanes, "lanes");
    for (const Product product : all_products)
        require_densities(to_string(product), this->densities(product), grid_.features.size() * grid_.lanes.size());
}

Crossovers Crossovers::parse(std::string_view text) {
    const std::vector<std::string> parts = split(text, '|');
    constexpr std::size_t of_linear_layers = 3 + all_products.size();
    const bool has_convolutions = parts.size() == of_linear_layers + ConvolutionCrossovers::parts;
    if (parts.size() != of_linear_layers && !has_convolutions) {
        refuse("it has " + std::to_string(parts.size()) + " parts, not 6, or 11 where it knows of convolutions");
    }
    const std::vector<std::string> set = words(parts[0]);
    if (set.size() != 1) refuse("it must begin with an instruction set");
    Grid grid{numbers<std::size_t>(parts[1], "features"), numbers<std::size_t>(parts[2], "lanes")};
    Densities densities;
    for (std::size_t k = 0; k < all_products.size(); ++k) {
        densities[k] = numbers<double>(parts[3 + k], to_string(all_products[k]));
    }
    std::optional<ConvolutionCrossovers> convolutions;
    if (has_convolutions) convolutions = ConvolutionCrossovers::parse(std::span(parts).subspan(of_linear_layers));
    return {set.front(), std::move(grid), std::move(densities), std::move(convolutions)};
}

std::string Crossovers::text() const {
    std::string text = instruction_set_;
    text += part("features", grid_.features, grid_.features.size());
    text += part("lanes", grid_.lanes, grid_.lanes.size());
    for (const Product product : all_products) {
        text += part(to_string(product), densities(product), grid_.lanes.size());
    }
    if (convolutions_) text += convolutions_->text();
    return text;
}

double Crossovers::at(Product product, std::size_t features, std::size_t lanes) const {
    const Place f = place(grid_.features, features);
    const Place l = place(grid_.lanes, lanes <= 1 ? lanes : kernels::padded_lanes(lanes));
    return crossover_text::at(densities(product), grid_.lanes.size(), f, l);
}

}  // namespace espalier::nn
