#pragma once

#include <vector>

#include <espalier/nn/graph/network.hpp>
#include <espalier/training/state/dense_state.hpp>

namespace espalier::training {

/// How alike the two neurons of every position are over many examples: |<a_i, a_j>| / (|a_i| |a_j|) of their
/// activations, behind the nonlinearity; of the last layer's outputs the softmax probabilities. 0 where a neuron was
/// never active.
///
/// Source: Atashgahi et al., Machine Learning 2022 (CTRE); definitions.md 3.12.
/// Memory: 4 bytes per position of every layer that is asked for. Cost: 2 operations per position and example.
class Similarity {
  public:
    /// @param layers  positions in the network of its layers with weights, in order
    /// @param wanted  [layers] for which of them rows() will be asked
    Similarity(nn::Network<float>& network, const std::vector<std::size_t>& layers, const std::vector<bool>& wanted);

    /// Adds a batch. Rows are dealt to threads in fixed blocks; products in float, norms in double.
    void add(const nn::Workspace<float>& workspace, kernels::View<const float> logits);

    /// Of the layer with this number in `layers`; this must outlive it.
    sparsity::PositionRows rows(std::size_t number) const;

  private:
    kernels::View<const float> outputs(const nn::Workspace<float>& workspace, std::size_t number) const;

    const nn::Network<float>& network_;
    std::vector<std::size_t> layers_;
    DenseState products_{1.0, 1.0};
    std::vector<std::vector<double>> squares_;  // [layers + 1][neurons], inputs of each layer, outputs of the last
    kernels::Activations<float> probabilities_;
};

}  // namespace espalier::training
