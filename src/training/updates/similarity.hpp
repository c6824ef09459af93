#pragma once

#include <vector>

#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/layers/convolution.hpp>
#include <espalier/training/state/dense_state.hpp>

namespace espalier::training {

/// How alike the two neurons of every position are over many examples: |<a_i, a_j>| / (|a_i| |a_j|) of their
/// activations, behind the nonlinearity; of the last layer's outputs the softmax probabilities. 0 where a neuron was
/// never active.
///
/// Of a convolution a position joins an input channel, moved by its place in the kernel, and an output channel: the
/// sums go over pixels, too. What a layer gives is looked at behind the last node before ways part, the image changes
/// its size or the next layer with weights begins: of a residual block's last convolution the stream.
///
/// Source: Atashgahi et al., Machine Learning 2022 (CTRE); definitions.md 3.12.
/// Memory: 4 bytes per position of every layer that is asked for. Cost: 2 operations per position and example, of a
/// convolution per pixel.
class Similarity {
  public:
    /// @param layers  positions in the network of its layers with weights, in order
    /// @param wanted  [layers] for which of them rows() will be asked
    Similarity(nn::Network<float>& network, const std::vector<std::size_t>& layers, const std::vector<bool>& wanted);

    /// Adds a batch, of which the workspace has all outputs. Rows are dealt to threads in fixed blocks; products in
    /// float, norms in double.
    void add(const nn::Workspace<float>& workspace, kernels::View<const float> logits);

    /// Of the layer with this number in `layers`; this must outlive it.
    sparsity::PositionRows rows(std::size_t number) const;

  private:
    struct Side {
        std::size_t node = 0;  // whose output its activations are
        const nn::Convolution<float>* convolution = nullptr;
        std::vector<double> inputs;   // squares at each column of each group
        std::vector<double> outputs;  // squares of each output
    };
    void add_input_squares(kernels::View<const float> in, kernels::View<const float> out, Side& side);

    const nn::Network<float>& network_;
    std::vector<std::size_t> layers_;
    DenseState products_{1.0, 1.0};
    std::vector<Side> sides_;  // [layers]
    kernels::Activations<float> probabilities_, squared_, ones_;
};

}  // namespace espalier::training
