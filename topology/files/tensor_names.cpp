#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/tensor_names.hpp>

namespace espalier::topology {
namespace {

/// "fc1.weight", "attention.in_proj_weight", "lstm.weight_ih_l0": names of tensors, where "fc1" is that of a module.
bool names_a_tensor(const std::string& layer) {
    return split_tensor(layer).leaf.find("weight") != std::string::npos;
}

}  // namespace

std::string module_name(const std::string& layer) {
    std::string name = without_number(layer);
    return names_a_tensor(name) ? split_tensor(name).owner : name;
}

TensorName split_tensor(const std::string& tensor) {
    const std::size_t dot = tensor.rfind('.');
    if (dot == std::string::npos) return {"", tensor};
    return {tensor.substr(0, dot), tensor.substr(dot + 1)};
}

std::string weight_tensor(const std::string& layer) {
    std::string name = without_number(layer);
    return names_a_tensor(name) ? name : name + ".weight";
}

std::string parameter_tensor(const std::string& layer, const std::string& parameter) {
    const std::string owner = module_name(layer);
    return owner.empty() || owner == root_layer ? parameter : owner + "." + parameter;
}

}  // namespace espalier::topology
