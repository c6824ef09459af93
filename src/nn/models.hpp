#pragma once

#include <string_view>
#include <vector>

#include <espalier/base/named.hpp>
#include <espalier/nn/activation_choice.hpp>
#include <espalier/nn/spec.hpp>

namespace espalier::nn {

/// What a model is asked for.
struct ModelChoice {
    std::vector<std::size_t> hidden;  ///< neurons of each hidden layer
    ActivationChoice activation;
    double dropout = 0.0;  ///< behind every hidden activation
};

/// What a network is trained for.
enum class Task {
    classification,  ///< its outputs are classes
    reconstruction,  ///< its outputs are to be its inputs
};

struct Model : Named {
    Task task;
    NetworkSpec (*spec)(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);
};

/// mlp, autoencoder.
const std::vector<Model>& models();

/// @throws ConfigError for an unknown kind
const Model& model(std::string_view kind);

/// @param classes  of the data; an auto-encoder has as many outputs as inputs instead
/// @throws ConfigError for an unknown kind or activation
NetworkSpec network_spec(std::string_view kind, const ModelChoice& choice, std::size_t inputs, std::size_t classes);

/// Linear, activation, (dropout), ..., linear: "fc1", "relu1", "dropout1", "fc2", ...
NetworkSpec mlp_spec(const ModelChoice& choice, std::size_t inputs, std::size_t outputs);

}  // namespace espalier::nn
