#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/models.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("models: layers of an mlp, their names, shapes and numbers", "[nn]") {
    const NetworkSpec spec =
        mlp_spec({.hidden = {6, 5}, .activation = {.kind = &activation("srelu")}, .dropout = 0.2}, 8, 3);
    CHECK(spec.weight_shapes() == std::vector<std::vector<std::size_t>>{{6, 8}, {5, 6}, {3, 5}});
    CHECK(spec.weight_names() == std::vector<std::string>{"fc1", "fc2", "fc3"});
    CHECK(spec.weighted() == std::vector<std::size_t>{0, 3, 6});
    CHECK(spec.positions() == 48.0 + 30.0 + 15.0);
    std::vector<std::size_t> trained;
    for (const NodeSpec& node : spec.nodes) trained.push_back(node.others);
    CHECK(trained == std::vector<std::size_t>{6, 24, 0, 5, 20, 0, 3});
    CHECK(spec.nodes[0].weight->gain == Approx(std::sqrt(2.0)));
    CHECK(spec.nodes[6].weight->gain == 1.0);
    CHECK_THROWS_WITH(task_of("mpl"), Contains("Did you mean 'mlp'"));
    CHECK_THROWS_AS(activation("tanh"), ConfigError);
}

TEST_CASE("models: what feeds a layer of a residual network, through what lies between", "[nn]") {
    const NetworkSpec spec =
        residual_mlp_spec({.hidden = {8, 6, 5}, .normalisation = &normalisation("layer_norm")}, 4, 3);
    const auto fed_by = spec.fed_by();
    const auto names = [&](const std::string& of) {
        std::vector<std::string> all;
        for (std::size_t k = 0; k < spec.nodes.size(); ++k) {
            if (spec.nodes[k].name != of) continue;
            for (const std::size_t from : fed_by[k]) all.push_back(from == network_input ? "" : spec.nodes[from].name);
        }
        return all;
    };
    CHECK(names("stem") == std::vector<std::string>{""});
    CHECK(names("block1.fc1") == std::vector<std::string>{"stem"});
    CHECK(names("block1.fc2") == std::vector<std::string>{"block1.fc1"});
    CHECK(names("block2.fc1") == std::vector<std::string>{"stem", "block1.fc2"});
    CHECK(names("head") == std::vector<std::string>{"stem", "block1.fc2", "block2.fc2"});
}

TEST_CASE("models: nodes of a residual mlp, their names, inputs and gains", "[nn]") {
    const ModelChoice choice{.hidden = {4, 6}, .normalisation = &normalisation("layer_norm")};
    const NetworkSpec spec = residual_mlp_spec(choice, 8, 3);
    std::vector<std::string> names;
    for (const NodeSpec& node : spec.nodes) names.push_back(node.name);
    CHECK(names == std::vector<std::string>{"stem", "block1.norm", "block1.fc1", "block1.relu", "block1.fc2",
                                            "block1.sum", "norm", "head"});
    CHECK(spec.weight_shapes() == std::vector<std::vector<std::size_t>>{{4, 8}, {6, 4}, {4, 6}, {3, 4}});
    CHECK(spec.nodes[5].inputs == std::vector<std::size_t>{4, 0});
    std::vector<double> gains;
    for (const std::size_t k : spec.weighted()) gains.push_back(spec.nodes[k].weight->gain);
    CHECK(gains == std::vector<double>{1.0, choice.activation.gain(1), 1.0, 1.0});  // sqrt(2) before the ReLU alone
    CHECK(gains[1] == Approx(std::sqrt(2.0)));
}

TEST_CASE("models: residual networks for 32x32 pixels take other images where they are told to", "[nn]") {
    for (const char* kind : {"resnet18_cifar", "resnet50_cifar", "wrn-10-1"}) {
        INFO(kind);
        CHECK_THROWS_WITH(network_spec(kind, {.width = 4}, {3, 48, 40}, 10),
                          Contains("layer avgpool") && Contains("model.global_pool = true"));
        const NetworkSpec other = network_spec(kind, {.width = 4, .global_pool = true}, {3, 48, 40}, 10);
        const NetworkSpec published = network_spec(kind, {.width = 4, .global_pool = true}, {3, 32, 32}, 10);
        CHECK(other.weight_shapes() == published.weight_shapes());
        CHECK(other.weight_shapes() == network_spec(kind, {.width = 4}, {3, 32, 32}, 10).weight_shapes());
    }
}

TEST_CASE("models: networks with heads have the published numbers of weights and names", "[nn]") {
    const NetworkSpec wide = network_spec("neurotrails_wrn-28-10", {.shared_final_norm = true}, {3, 32, 32}, 100);
    CHECK(wide.positions() == 106278832.0);
    const NetworkSpec deep = network_spec("neurotrails_resnet50", {}, {3, 32, 32}, 100);
    CHECK(deep.positions() == 68658880.0);
    double others = 0.0;
    for (const NodeSpec& node : wide.nodes) others += static_cast<double>(node.others);
    CHECK(wide.positions() + others == 106325884.0);
    const std::vector<std::string> names = wide.weight_names();
    for (const char* name :
         {"conv1", "shared_blocks.3.conv2", "blocks_head0.0.convShortcut", "blocks_head2.7.conv2", "fc_2"})
        CHECK(std::ranges::count(names, name) == 1);
    CHECK(wide.nodes.back().outputs == 100);
    CHECK(wide.nodes[wide.nodes.size() - 2].outputs == 300);
}

TEST_CASE("models: heads of an mlp leave its first layers to the trunk", "[nn]") {
    const ModelChoice choice{.hidden = {8, 7, 6}, .activation = {&activations().front()}, .heads = 2};
    const NetworkSpec spec = network_spec("neurotrails_mlp", choice, 5, 3);
    CHECK(spec.weight_names() == std::vector<std::string>{"fc1", "head0.fc2", "head0.fc3", "head0.fc4", "head1.fc2",
                                                          "head1.fc3", "head1.fc4"});
    ModelChoice none = choice;
    none.head_blocks = 3;
    CHECK_THROWS_WITH(network_spec("neurotrails_mlp", none, 5, 3),
                      Contains("model.head_blocks = 3: of 3 hidden layers"));
    none.hidden = {8, 7};
    none.head_blocks = 0;
    CHECK_THROWS_WITH(network_spec("neurotrails_mlp", none, 5, 3),
                      Contains("model.head_blocks = 2: of 2 hidden layers"));
}

}  // namespace espalier::nn
