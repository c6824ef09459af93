#pragma once

#include <vector>

#include <espalier/nn/models/image_models.hpp>

namespace espalier::nn {

/// What a network of SLaK's and ConvNeXt's kind is made of. Stages of blocks, each with a stem or a downsampling before
/// it; as many widths, depths and kernels as stages.
struct SlakShape {
    std::vector<std::size_t> widths;
    std::vector<std::size_t> depths;   ///< blocks of each stage
    std::vector<std::size_t> kernels;  ///< sides of the depthwise convolutions, odd
    std::size_t small_kernel = 5;      ///< the other side of decomposed ones, and of the small one beside; 0: none
    bool decomposed = true;            ///< K x s and s x K in the place of K x K
    bool batch_norm = true;            ///< behind each depthwise convolution
    double layer_scale = 1e-6;         ///< what gammas start with
    double stochastic_depth = 0.0;     ///< rate of the last block; rates rise in equal steps from 0
};

/// Source: Liu et al., "More ConvNets in the 2020s: Scaling up Kernels Beyond 51x51 using Sparsity", ICLR 2023; Liu et
/// al., "A ConvNet for the 2020s", CVPR 2022. Names are those of SLaK's program.
/// @throws ConfigError where kernels are even, numbers of stages differ, or the image is too small
NetworkSpec slak_network(const SlakShape& shape, const Sample& sample, std::size_t classes);

/// That of a model of the table, slak_t for instance.
SlakShape slak_shape(const ImageModel& model, const ModelChoice& choice);

}  // namespace espalier::nn
