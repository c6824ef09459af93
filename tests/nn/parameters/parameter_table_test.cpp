#include <espalier/nn/graph/network.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/layers/srelu_layer.hpp>

#include "kernels/kernel_support.hpp"
#include "nn/node_list.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// Linear, SReLU, linear: 4-3-2.
Network<float> small_network() {
    NodeList<float> nodes;
    nodes.add(std::make_unique<Linear<float>>("fc1", Pattern::full(3, 4)));
    nodes.add(std::make_unique<Srelu<float>>("srelu1", 3));
    nodes.add(std::make_unique<Linear<float>>("fc2", Pattern(2, 3, {0, 1, 2}, {0, 2})));
    return nodes.network();
}

}  // namespace

TEST_CASE("parameter table: every array once, layer after layer, under PyTorch's name", "[nn]") {
    const Network<float> network = small_network();
    std::vector<std::string> paths;
    std::vector<Role> roles;
    for (const ParameterEntry<float>& entry : network.table().entries()) {
        paths.push_back(entry.path());
        roles.push_back(entry.parameter->role);
        CHECK((entry.weight != nullptr) == (entry.parameter->role == Role::weight));
    }
    CHECK(paths == std::vector<std::string>{"fc1.weight", "fc1.bias", "srelu1.left_threshold", "srelu1.left_slope",
                                            "srelu1.right_threshold", "srelu1.right_slope", "fc2.weight", "fc2.bias"});
    CHECK(roles == std::vector<Role>{Role::weight, Role::bias, Role::shift, Role::slope, Role::shift, Role::slope,
                                     Role::weight, Role::bias});
    CHECK(network.table().of(1).size() == 4);
    CHECK(network.table().of(3).empty());
    CHECK(network.weighted_layers() == std::vector<std::size_t>{0, 2});
    CHECK(network.weight(1) == nullptr);
    CHECK(network.weight(2)->pattern().edges() == 2);
}

TEST_CASE("parameter table: a statistic is kept, but not trained", "[nn]") {
    Parameter<float> running_mean("running_mean", Role::statistic, 5);
    Parameter<float> bn_weight("weight", Role::scale, 5);
    CHECK(running_mean.gradient.empty());
    CHECK(running_mean.bytes() == 20);
    CHECK(bn_weight.bytes() == 40);
    ParameterTable<float> held;
    auto arrays = held.of_layer("bn1", 0);
    arrays.array(bn_weight);
    arrays.array(running_mean);
    CHECK(held.entries()[1].path() == "bn1.running_mean");
    CHECK(held.trained() == std::vector<Parameter<float>*>{&bn_weight});
    CHECK(held.weights().empty());
}

}  // namespace espalier::nn
