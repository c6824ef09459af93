#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <espalier/data/standardise.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/robustness/logits.hpp>

namespace espalier::robustness {

/// A network as a function of pixels in [0, 1], in evaluation mode, and its derivative: batch norms by their running
/// statistics, no dropout. Pixels are not rounded to 256 levels.
template <class T>
class PixelNetwork {
  public:
    /// @param white  the raw value that a pixel of 1 is
    PixelNetwork(nn::Network<T>& network, const data::Standardisation& standardisation, double white)
        : network_(network), standardisation_(standardisation), white_(white) {
        workspace_.wants_input_gradient = true;
    }

    /// @param pixels  [samples x features]
    Logits logits(std::span<const double> pixels);

    /// The gradient of the mean cross-entropy at the pixels, [samples x features].
    /// @return the loss summed over samples
    double gradient(std::span<const double> pixels, std::span<const std::uint32_t> labels, std::span<double> gradient);

  private:
    kernels::View<const T> scaled(std::span<const double> pixels);

    nn::Network<T>& network_;
    const data::Standardisation& standardisation_;
    double white_;
    nn::Workspace<T> workspace_;
    kernels::Activations<T> inputs_;
};

}  // namespace espalier::robustness
