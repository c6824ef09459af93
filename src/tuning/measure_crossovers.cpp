#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <espalier/kernels/instruction_set.hpp>
#include <espalier/tuning/convolution_timing.hpp>
#include <espalier/tuning/measure_crossovers.hpp>

namespace espalier::tuning {
namespace {

using nn::all_products;
using nn::Product;

std::size_t other_side(std::size_t features, std::size_t largest_square) {
    return features <= largest_square ? features : largest_square / 4;
}

double rounded(double density) {
    return std::max(0.001, std::round(density * 1000.0) / 1000.0);
}

/// A layer of one density for each product to be timed on.
class Layers {
  public:
    Layers(std::size_t features, std::size_t other, double density) : reads_inputs_(other, features, density) {
        if (other != features) reads_outputs_.emplace(features, other, density);
    }
    /// The one of which this product reads `features`.
    LayerTiming& of(Product product) {
        return product == Product::gradients && reads_outputs_ ? *reads_outputs_ : reads_inputs_;
    }

  private:
    LayerTiming reads_inputs_;
    std::optional<LayerTiming> reads_outputs_;
};

/// Seconds by ascending density; ends where sparse has lost so clearly that higher densities, which take longest, have
/// nothing to add.
using Curve = std::vector<Seconds>;

/// True where the curve needs no seconds at the density of this number.
bool is_decided(const Curve& curve, std::size_t density) {
    if (density == 0 || density > curve.size()) return density > 0;
    return curve[density - 1].sparse > 1.5 * curve[density - 1].dense;
}

void improve(Curve& curve, std::size_t density, const Seconds& seconds) {
    if (density == curve.size()) {
        curve.push_back(seconds);
    } else {
        curve[density] = shortest(curve[density], seconds);
    }
}

/// The other side of a convolution's weights: thin where many channels are read.
std::size_t other_channels(std::size_t channels) {
    return std::min<std::size_t>(channels, 32);
}

/// The curves of convolutions that read so many channels of images of so many pixels: one a product.
class ConvolutionCurves {
  public:
    ConvolutionCurves(const TuningPlan& plan, std::size_t channels, std::size_t pixels)
        : plan_(plan),
          channels_(channels),
          side_(static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(pixels))))) {}

    void measure(std::size_t density) {
        const auto decided = [&](const Curve& curve) { return is_decided(curve, density); };
        if (std::ranges::all_of(curves_, decided)) return;
        const double kept = plan_.densities[density];
        ConvolutionTiming reads_inputs(other_channels(channels_), channels_, side_, kept);
        ConvolutionTiming reads_outputs(channels_, other_channels(channels_), side_, kept);
        for (int round = 0; round < plan_.rounds; ++round) {
            for (const nn::ConvolutionProduct product : nn::all_convolution_products) {
                Curve& curve = curves_[static_cast<std::size_t>(product)];
                if (is_decided(curve, density)) continue;
                const bool outputs = product == nn::ConvolutionProduct::input_gradient;
                improve(curve, density, (outputs ? reads_outputs : reads_inputs).measure(product, plan_.seconds));
            }
        }
    }

    double crossover(nn::ConvolutionProduct product) const {
        return rounded(crossing(plan_.densities, curves_[static_cast<std::size_t>(product)]));
    }

  private:
    const TuningPlan& plan_;
    std::size_t channels_, side_;
    std::array<Curve, nn::all_convolution_products.size()> curves_;
};

/// The curves of one number of features: [product][lanes].
class Curves {
  public:
    Curves(const TuningPlan& plan, std::size_t features) : plan_(plan), features_(features) {
        for (auto& product : curves_) product.resize(plan.grid.lanes.size());
    }

    void measure(std::size_t density) {
        if (all_decided(density)) return;
        Layers layers(features_, other_side(features_, plan_.largest_square), plan_.densities[density]);
        for (int round = 0; round < plan_.rounds; ++round) {
            for (std::size_t l = 0; l < plan_.grid.lanes.size(); ++l) {
                for (const Product product : all_products) measure(layers, product, l, density);
            }
        }
    }

    /// One density a lane count.
    std::vector<double> crossovers(Product product) {
        std::vector<double> found;
        for (const Curve& curve : of(product)) found.push_back(rounded(crossing(plan_.densities, curve)));
        return found;
    }

  private:
    std::vector<Curve>& of(Product product) { return curves_[static_cast<std::size_t>(product)]; }

    bool all_decided(std::size_t density) {
        const auto decided = [&](const Curve& curve) { return is_decided(curve, density); };
        return std::ranges::all_of(all_products, [&](Product p) { return std::ranges::all_of(of(p), decided); });
    }

    void measure(Layers& layers, Product product, std::size_t lanes, std::size_t density) {
        Curve& curve = of(product)[lanes];
        if (is_decided(curve, density)) return;
        improve(curve, density, layers.of(product).measure(product, plan_.grid.lanes[lanes], plan_.seconds));
    }

    const TuningPlan& plan_;
    std::size_t features_;
    std::array<std::vector<Curve>, all_products.size()> curves_;
};

}  // namespace

TuningPlan full_plan() {
    return {.grid = {{64, 256, 1024, 2048, 4096, 16384}, {1, 16, 32, 128, 512}},
            .convolutions = {{16, 64, 256, 512}, {4, 16, 64, 256, 1024}},
            .densities = {0.05, 0.1, 0.2, 0.35, 0.6, 0.95},
            .largest_square = 4096,
            .seconds = 0.01,
            .rounds = 2};
}

TuningPlan quick_plan() {
    return {.grid = {{256, 1024, 4096}, {16, 128, 512}},
            .convolutions = {{16, 256}, {4, 64, 1024}},
            .densities = {0.1, 0.3, 0.6, 0.95},
            .largest_square = 1024,
            .seconds = 0.005,
            .rounds = 2};
}

double crossing(std::span<const double> densities, std::span<const Seconds> seconds) {
    const auto lead = [&](std::size_t k) { return seconds[k].dense - seconds[k].sparse; };
    std::size_t k = 0;
    while (k < seconds.size() && lead(k) >= 0.0) ++k;
    if (k == seconds.size()) return 1.0;
    if (k == 0) return densities.front();
    const double share = lead(k - 1) / (lead(k - 1) - lead(k));
    return densities[k - 1] + share * (densities[k] - densities[k - 1]);
}

nn::Crossovers measure_crossovers(const TuningPlan& plan, const Report& report) {
    nn::Crossovers::Densities densities;
    const nn::ConvolutionCrossovers::Grid& images = plan.convolutions;
    const std::size_t of_images = images.channels.size() * images.pixels.size();
    const auto all = static_cast<double>((plan.grid.features.size() + of_images) * plan.densities.size());
    double done = 0.0;
    for (const std::size_t features : plan.grid.features) {
        Curves curves(plan, features);
        for (std::size_t d = 0; d < plan.densities.size(); ++d) {
            curves.measure(d);
            report(++done, all);
        }
        for (const Product product : all_products) {
            const std::vector<double> row = curves.crossovers(product);
            auto& values = densities[static_cast<std::size_t>(product)];
            values.insert(values.end(), row.begin(), row.end());
        }
    }
    if (of_images == 0) return {to_string(kernels::instruction_set()), plan.grid, densities};
    nn::ConvolutionCrossovers::Densities of_convolutions;
    for (const std::size_t channels : images.channels) {
        for (const std::size_t pixels : images.pixels) {
            ConvolutionCurves curves(plan, channels, pixels);
            for (std::size_t d = 0; d < plan.densities.size(); ++d) {
                curves.measure(d);
                report(++done, all);
            }
            for (const nn::ConvolutionProduct product : nn::all_convolution_products)
                of_convolutions[static_cast<std::size_t>(product)].push_back(curves.crossover(product));
        }
    }
    return {to_string(kernels::instruction_set()), plan.grid, densities,
            nn::ConvolutionCrossovers(images, of_convolutions)};
}

}  // namespace espalier::tuning
