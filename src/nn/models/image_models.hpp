#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/nn/models/models.hpp>

namespace espalier::nn {

/// A network of the literature that takes images, with the names of its published program: state dicts go in and out.
struct ImageModel : Named {  // of a family the name has '#' for a number: "cifar_resnet_#"
    std::size_t depth = 0;   ///< the number in its name
    std::size_t width = 0;   ///< channels of the first stage, where the configuration says nothing
    NetworkSpec (*spec)(const ImageModel& model, const ModelChoice& choice, const Sample& sample,
                        std::size_t classes) = nullptr;

    std::size_t linear_layers = 0;          ///< of VGG-16 with several
    bool has_pointwise_thirds = false;      ///< every third convolution of a group is 1x1
    std::vector<std::size_t> numbers = {};  ///< all in its name

    /// Channels of the first stage.
    std::size_t channels(const ModelChoice& choice) const { return choice.width != 0 ? choice.width : width; }
};

/// The families, for lists and help: cifar_resnet_#, resnet#_A, resnet#_cifar, vgg#, wrn-#-#, ...
const std::vector<ImageModel>& image_models();

/// The model of that name; nothing where none has it.
/// @throws ConfigError for a depth that a family does not have
std::optional<ImageModel> image_model(std::string_view name);

}  // namespace espalier::nn
