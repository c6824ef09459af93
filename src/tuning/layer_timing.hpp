#pragma once

#include <cstddef>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/nn/execution/crossovers.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>

namespace espalier::tuning {

/// Seconds of one product, computed both ways.
struct Seconds {
    double sparse = 0.0;
    double dense = 0.0;

    /// The shorter ones of two measurements.
    friend Seconds shortest(const Seconds& a, const Seconds& b);
};

/// Seconds that the processor has worked for the calling thread: waiting for other processes is not counted.
double processor_seconds();

/// One masked layer with random weights, whose products can be timed on one thread of this machine; set_threads(1) must
/// hold.
class LayerTiming {
  public:
    LayerTiming(std::size_t outputs, std::size_t inputs, double density, SecondsClock clock = processor_seconds);

    /// The shortest of several runs, sparse and dense in turns, so that what else the machine does disturbs both alike.
    /// @param seconds  to spend, about; each way runs twice at least, once unmeasured
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
