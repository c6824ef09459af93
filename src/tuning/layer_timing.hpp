#pragma once

#include <cstddef>

#include <espalier/kernels/activations.hpp>
#include <espalier/nn/execution/crossovers.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>
#include <espalier/tuning/timing.hpp>

namespace espalier::tuning {

/// One masked layer with random weights, whose products can be timed on one thread of this machine; set_threads(1) must
/// hold.
class LayerTiming {
  public:
    LayerTiming(std::size_t outputs, std::size_t inputs, double density, SecondsClock clock = processor_seconds);

    /// @param seconds  to spend, about; see by_turns()
    Seconds measure(nn::Product product, std::size_t lanes, double seconds);

    const Pattern& pattern() const { return weight_.pattern(); }

  private:
    void run_sparse(nn::Product product);
    void run_dense(nn::Product product);

    SecondsClock clock_;
    nn::MaskedWeight<float> weight_;
    kernels::Activations<float> in_;
    kernels::Activations<float> out_;
    kernels::Activations<float> result_;  // of the product: [outputs] or [inputs]
};

}  // namespace espalier::tuning
