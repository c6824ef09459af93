#pragma once

#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/nn/models/activation_choice.hpp>
#include <espalier/nn/models/heads_spec.hpp>
#include <espalier/nn/models/layer_list.hpp>
#include <espalier/nn/models/normalisation_choice.hpp>
#include <espalier/nn/models/spec.hpp>

namespace espalier::nn {

/// What a model is asked for.
struct ModelChoice {
    std::vector<std::size_t> hidden;  ///< neurons of each hidden layer
    ActivationChoice activation;
    double dropout = 0.0;  ///< behind every hidden activation
    /// Before every hidden activation; of a residual network before every block.
    const Normalisation* normalisation = &normalisations().front();
    std::size_t width = 0;     ///< channels of the first stage of a model of images; 0: its own
    bool global_pool = false;  ///< of a network of images: the mean over the whole last map, whatever its size
    std::vector<LayerEntry> layers = {};  ///< of the kind "layers"
    // Of SLaK and ConvNeXt:
    std::vector<std::size_t> kernels = {};  ///< of each stage; none: as published
    double layer_scale = 1e-6;              ///< what the scale of each block's channels starts with
    double stochastic_depth = 0.0;          ///< rate at which the last block drops samples
    // Of models with heads (neurotrails.cpp):
    std::size_t heads = 3;
    std::size_t head_blocks = 0;     ///< blocks that each head has of its own, hidden layers of an MLP; 0: as published
    bool shared_final_norm = false;  ///< all heads of a Wide ResNet go through one last normalisation
    HeadMerge merge_heads = HeadMerge::logits;
};

/// What a network is trained for.
enum class Task {
    classification,  ///< its outputs are classes
    reconstruction,  ///< its outputs are to be its inputs
};

struct Model : Named {
    Task task;
    bool is_chain;  ///< every layer takes what the one before gives, and nothing else
    NetworkSpec (*spec)(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);
};

/// Those of features: mlp, autoencoder, residual_mlp. Those of images: image_models.hpp.
const std::vector<Model>& models();

/// The task that a model of this kind is trained for. @throws ConfigError for an unknown kind
Task task_of(std::string_view kind);

/// Whether its layers of features take each other's outputs one by one: an MLP. False of models of images.
/// @throws ConfigError for an unknown kind
bool is_chain_of_features(std::string_view kind);
/// Whether it is one of image_models.hpp. @throws ConfigError for an unknown kind
bool takes_images(std::string_view kind);

/// @param classes  of the data; an auto-encoder has as many outputs as inputs instead
/// @throws ConfigError for an unknown kind, and where sample and model do not fit
NetworkSpec network_spec(std::string_view kind, const ModelChoice& choice, const Sample& sample, std::size_t classes);

/// Linear, (normalisation), activation, (dropout), ..., linear: "fc1", "norm1", "relu1", "dropout1", "fc2", ...
NetworkSpec mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);

/// A stream of hidden[0] features, to which a block for each further width adds: (normalisation), linear to that width,
/// activation, (dropout), linear back. "stem", "block1.norm", "block1.fc1", "block1.relu", "block1.dropout",
/// "block1.fc2", "block1.sum", "block2...", "norm", "head".
///
/// Source: He et al. 2016, "Identity Mappings in Deep Residual Networks"; definitions.md 7.5.
/// @throws ConfigError without a width for the stream
NetworkSpec residual_mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);

/// An MLP whose first hidden layers are a trunk and whose last ones every head has for itself: "fc1", "relu1", ...,
/// "head0.fc2", "head0.relu2", ..., "head0.fc3", "head1.fc2", ..., then what joins them (heads_spec.hpp).
///
/// Source: the NeuroTrails of image_models.hpp, for features; head_blocks = 0: the last two hidden layers.
/// @throws ConfigError without a hidden layer that is left for the trunk
NetworkSpec neurotrails_mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);

}  // namespace espalier::nn
