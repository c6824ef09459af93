#pragma once

#include <espalier/nn/models/image_models.hpp>

namespace espalier::nn {

// Functions of the table of image models: each gives the network of one family. Sources stand there; layers, names and
// what programs differ in: definitions.md 7.6.

NetworkSpec lenet5_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample, std::size_t classes);
NetworkSpec cifar_resnet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                              std::size_t classes);
NetworkSpec resnet_a_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                          std::size_t classes);
NetworkSpec resnet_cifar_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                              std::size_t classes);
NetworkSpec wide_resnet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                             std::size_t classes);
NetworkSpec vgg_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample, std::size_t classes);
NetworkSpec vgg_snip_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                          std::size_t classes);
NetworkSpec mobilenet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                           std::size_t classes);

NetworkSpec neurotrails_wrn_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                                 std::size_t classes);
NetworkSpec neurotrails_resnet_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                                    std::size_t classes);
/// SLaK and ConvNeXt (slaks.cpp).
NetworkSpec slak_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample, std::size_t classes);

/// Of choice.layers.
NetworkSpec listed_spec(const ImageModel& model, const ModelChoice& choice, const Sample& sample, std::size_t classes);

/// @throws ConfigError where the family has no network of that depth, with those that it has
void require_depth(const ImageModel& model);

}  // namespace espalier::nn
