#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <espalier/kernels/images/image.hpp>
#include <espalier/nn/graph/network.hpp>
#include <espalier/training/plan/data_access.hpp>

namespace espalier::training {

/// Neurons of some layers, and how many of them are dormant.
struct DormantCount {
    std::size_t dormant = 0;
    std::size_t neurons = 0;

    /// Their share; NaN where there are no neurons.
    double ratio() const;
    DormantCount& operator+=(const DormantCount& other) {
        dormant += other.dormant;
        neurons += other.neurons;
        return *this;
    }
};

/// Which neurons of a network hardly ever fire: the share of samples for which a neuron's ReLU is positive, its
/// activity, is below a threshold. Of a convolution a neuron is a channel, and its activity a share of samples and
/// pixels.
///
/// Only layers count whose outputs reach a ReLU one by one, through normalisations alone, before anything else reads
/// them: not the last layer, nor what is added to a residual stream. Measured in evaluation mode at the weights as they
/// are, over a fixed choice of training samples: a function of the network and the data alone, so that a resumed run
/// and any number of threads find the same.
///
/// Source: Li et al., "NeurRev: Train better sparse neural network practically via neuron revitalization", ICLR 2024,
/// for what is counted; samples and threshold are ours (definitions.md 3.19).
/// Memory: 8 bytes a neuron. Cost: a forward pass of the samples each time.
class DormantNeurons {
  public:
    /// @param layers     positions in the network of its layers with weights, in order
    /// @param samples    that are looked at, or all of the training set where it has fewer
    /// @throws ConfigError where no layer has a ReLU
    DormantNeurons(const nn::Network<float>& network, const std::vector<std::size_t>& layers, double threshold,
                   std::size_t samples);

    /// Passes the samples.
    void measure(const DataAccess& data);

    /// [outputs] of a layer, each a share from 0 to 1, as last measured; empty where the layer has no ReLU.
    std::span<const double> activity(std::size_t number) const { return sides_[number].activity; }
    DormantCount count(std::size_t number) const;

  private:
    struct Side {
        std::size_t node = 0;  // the ReLU
        kernels::Image units;  // of its output; no channels: there is none
        std::vector<std::uint64_t> positive;
        std::vector<double> activity;
    };

    const nn::Network<float>& network_;
    double threshold_;
    std::size_t samples_;
    std::vector<Side> sides_;
};

}  // namespace espalier::training
