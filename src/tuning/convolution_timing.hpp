#pragma once

#include <espalier/kernels/activations.hpp>
#include <espalier/kernels/images/convolution.hpp>
#include <espalier/nn/execution/convolution_crossovers.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/tuning/timing.hpp>

namespace espalier::tuning {

/// One masked convolution of windows of 3x3 with padding, whose products can be timed on one thread of this machine;
/// set_threads(1) must hold.
class ConvolutionTiming {
  public:
    static constexpr std::size_t lanes = 32;  ///< both ways take 16 at a time

    /// @param side  rows and columns of its square images
    ConvolutionTiming(std::size_t out_channels, std::size_t in_channels, std::size_t side, double density,
                      SecondsClock clock = processor_seconds);

    /// @param seconds  to spend, about; see by_turns()
    Seconds measure(nn::ConvolutionProduct product, double seconds);

    const Pattern& pattern() const { return weight_.pattern(); }

  private:
    void run_sparse(nn::ConvolutionProduct product);
    void run_dense(nn::ConvolutionProduct product);

    SecondsClock clock_;
    kernels::ConvolutionShape shape_;
    nn::MaskedWeight<float> weight_;
    kernels::Activations<float> in_, out_, result_;  // result: of out's shape, or of in's
};

}  // namespace espalier::tuning
