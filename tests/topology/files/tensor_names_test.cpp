#include <espalier/topology/files/tensor_names.hpp>

#include "support.hpp"

namespace espalier::topology {

TEST_CASE("tensor names: those of runs and those of imported state dicts are PyTorch's", "[topology][state_dict]") {
    CHECK(weight_tensor("000_fc1") == "fc1.weight");
    CHECK(weight_tensor("000_fc1.weight") == "fc1.weight");
    CHECK(weight_tensor("fc1") == "fc1.weight");
    CHECK(weight_tensor("002_layer1.0.conv1") == "layer1.0.conv1.weight");
    CHECK(weight_tensor("004_attention.in_proj_weight") == "attention.in_proj_weight");
    CHECK(weight_tensor("0.weight") == "0.weight");
    CHECK(parameter_tensor("000_fc1", "bias") == "fc1.bias");
    CHECK(parameter_tensor("000_fc1.weight", "bias") == "fc1.bias");
    CHECK(parameter_tensor("004_attention.in_proj_weight", "in_proj_bias") == "attention.in_proj_bias");
    CHECK(parameter_tensor("001_layer1.0.bn1", "running_mean") == "layer1.0.bn1.running_mean");
    CHECK(parameter_tensor("weight", "bias") == "bias");
    CHECK(parameter_tensor(root_layer, "logit_scale") == "logit_scale");
}

TEST_CASE("tensor names: a module's tensors belong to its layer", "[topology][state_dict]") {
    CHECK(split_tensor("layer1.0.bn1.running_mean").owner == "layer1.0.bn1");
    CHECK(split_tensor("layer1.0.bn1.running_mean").leaf == "running_mean");
    CHECK(split_tensor("logit_scale").owner.empty());
    CHECK(split_tensor("logit_scale").leaf == "logit_scale");
    CHECK(module_name("fc1") == "fc1");
    CHECK(module_name("000_fc1") == "fc1");
    CHECK(module_name("000_net.fc1.weight") == "net.fc1");
    CHECK(module_name("weight").empty());
}

}  // namespace espalier::topology
