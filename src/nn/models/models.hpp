#pragma once

#include <string_view>
#include <vector>

#include <espalier/base/text/named.hpp>
#include <espalier/nn/models/activation_choice.hpp>
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

/// mlp, autoencoder, residual_mlp.
const std::vector<Model>& models();

/// @throws ConfigError for an unknown kind
const Model& model(std::string_view kind);

/// @param classes  of the data; an auto-encoder has as many outputs as inputs instead
NetworkSpec network_spec(const Model& kind, const ModelChoice& choice, std::size_t inputs, std::size_t classes);

/// Linear, (normalisation), activation, (dropout), ..., linear: "fc1", "norm1", "relu1", "dropout1", "fc2", ...
NetworkSpec mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);

/// A stream of hidden[0] features, to which a block for each further width adds: (normalisation), linear to that width,
/// activation, (dropout), linear back. "stem", "block1.norm", "block1.fc1", "block1.relu", "block1.dropout",
/// "block1.fc2", "block1.sum", "block2...", "norm", "head".
///
/// Source: He et al. 2016, "Identity Mappings in Deep Residual Networks"; definitions.md 7.5.
/// @throws ConfigError without a width for the stream
NetworkSpec residual_mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);

}  // namespace espalier::nn
