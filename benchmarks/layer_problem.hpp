#pragma once

#include <cstdint>

#include <espalier/base/random/random.hpp>
#include <espalier/kernels/activations.hpp>
#include <espalier/nn/parameters/masked_weight.hpp>

namespace espalier::benchmarks {

/// The size of one layer's work: weights [rows x cols] of which a share `density` is kept, `lanes` samples.
struct LayerSize {
    std::size_t rows = 0;
    std::size_t cols = 0;
    double density = 1.0;
    std::size_t lanes = 0;

    friend bool operator==(const LayerSize&, const LayerSize&) = default;
};

/// Uniform random numbers in [-1, 1] in every lane, zero in the padding.
kernels::Activations<float> random_activations(std::size_t features, std::size_t lanes, Stream& stream);

/// A random mask with exactly round(density * rows * cols) positions; full at density 1.
Pattern random_pattern(std::size_t rows, std::size_t cols, double density, std::uint32_t number = 0);

/// One layer's products between random numbers: what a training step asks of its kernels.
class LayerProblem {
  public:
    explicit LayerProblem(const LayerSize& size);

    void forward();
    void input_gradient();
    void weight_gradient();
    void both_gradients();  ///< of a stored pattern, in one pass

    const LayerSize& size() const { return size_; }
    std::size_t edges() const { return weight.pattern().edges(); }

    nn::MaskedWeight<float> weight;
    kernels::Activations<float> in, out, grad_out, grad_in;

  private:
    LayerSize size_;
};

/// The problem of this size; the last one asked for is kept, because building one may take longer than measuring it.
LayerProblem& layer_problem(const LayerSize& size);

}  // namespace espalier::benchmarks
