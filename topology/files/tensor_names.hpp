#pragma once

#include <string>

/// What PyTorch calls what files of ours hold, and back.
///
///     run file         state dict            topology file of an imported state dict
///     000_fc1          fc1.weight            000_fc1.weight
///     000_fc1/bias     fc1.bias              000_fc1.weight/bias
///     001_bn1/weight   bn1.weight            bn1/weight
namespace espalier::topology {

/// The group of tensors that belong to no layer, such as a "logit_scale": HDF5 has no empty names.
inline constexpr const char* root_layer = "_root";

/// Metadata, not parts of the network: inputs = (values - inputs.mean) / inputs.std.
inline constexpr const char* mean_tensor = "inputs.mean";
inline constexpr const char* std_tensor = "inputs.std";

/// "fc1.weight" of "000_fc1" and of "000_fc1.weight": the tensor that holds a layer's weights.
std::string weight_tensor(const std::string& layer);

/// "fc1.bias": the tensor that is a parameter or buffer of a layer.
std::string parameter_tensor(const std::string& layer, const std::string& parameter);

/// A tensor's name as a module and what it holds.
struct TensorName {
    std::string owner;  ///< "layer1.0.bn1" of "layer1.0.bn1.running_mean"; empty where there is no '.'
    std::string leaf;   ///< "running_mean"
};
/// Cut at the last '.'.
TensorName split_tensor(const std::string& tensor);

/// The owner of a layer's tensors: "fc1" of "fc1", "000_fc1", "fc1.weight".
std::string module_name(const std::string& layer);

}  // namespace espalier::topology
