#include <espalier/base/text/error.hpp>
#include <espalier/config/model_layers.hpp>
#include <espalier/config/spelled_layers.hpp>
#include <espalier/nn/models/models.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;
namespace {

/// What a network computes, without how its weights are drawn.
void check_same(const nn::NetworkSpec& a, const nn::NetworkSpec& b) {
    REQUIRE(a.nodes.size() == b.nodes.size());
    for (std::size_t k = 0; k < a.nodes.size(); ++k) {
        const nn::NodeSpec& one = a.nodes[k];
        const nn::NodeSpec& other = b.nodes[k];
        INFO(one.name);
        CHECK(one.name == other.name);
        CHECK(one.kind == other.kind);
        CHECK(one.inputs == other.inputs);
        CHECK(one.outputs == other.outputs);
        CHECK(one.others == other.others);
        CHECK(one.rate == other.rate);
        CHECK(one.epsilon == other.epsilon);
        CHECK(one.start == other.start);
        CHECK(one.image == other.image);
        CHECK(one.weight.has_value() == other.weight.has_value());
        if (one.weight) CHECK(one.weight->shape == other.weight->shape);
        if (one.weight) CHECK(one.weight->uses == other.weight->uses);
        CHECK(one.window.has_value() == other.window.has_value());
        if (!one.window) continue;
        CHECK(one.window->window == other.window->window);
        CHECK(one.window->groups == other.window->groups);
        CHECK(one.window->ceil_mode == other.window->ceil_mode);
        CHECK(one.window->count_padding == other.window->count_padding);
    }
}

nn::NetworkSpec read_again(const nn::NetworkSpec& spec, const nn::Sample& sample) {
    return nn::layer_list_spec(model_layers(spelled_layers(spec)), sample, 10);
}

}  // namespace

TEST_CASE("spelled layers: every model of images is read again as it was", "[config][images]") {
    for (const char* kind :
         {"lenet5_caffe", "cifar_resnet_20", "resnet20_A", "resnet18_cifar", "resnet50_cifar", "vgg19", "vgg-like",
          "vgg-d", "vgg-c", "wrn-16-2", "mobilenet_v1_cifar", "slak_1_2", "convnext_1_2"}) {
        INFO(kind);
        const nn::Sample sample = std::string(kind) == "lenet5_caffe" ? nn::Sample(1, 28, 28) : nn::Sample(3, 32, 32);
        nn::ModelChoice choice;
        choice.dropout = 0.25;
        choice.stochastic_depth = 0.25;
        const nn::NetworkSpec spec = nn::network_spec(kind, choice, sample, 10);
        check_same(spec, read_again(spec, sample));
    }
}

TEST_CASE("spelled layers: every kind of entry, with settings that are not the default", "[config][images]") {
    const std::vector<std::string> given = {
        "{ kind = 'reflection_pad', padding = [1, 2, 0, 3] }",
        "{ kind = 'conv2d', name = 'a', channels = 8, kernel = [3, 5], stride = [1, 2], dilation = [2, 1], padding = 1 "
        "}",
        "{ kind = 'group_norm', groups = 4 }",
        "{ kind = 'max_pool', kernel = 3, stride = 2, ceil_mode = true }",
        "{ kind = 'avg_pool', kernel = 2, padding = 1, count_padding = false }",
        "{ kind = 'conv2d', name = 'b', channels = 8, groups = 2, bias = false }",
        "{ kind = 'subsample', channels = 12, stride = 2 }",
        "{ kind = 'layer_norm' }",
        "{ kind = 'layer_norm', epsilon = 1e-6 }",
        "{ kind = 'pixel_linear', channels = 9 }",
        "{ kind = 'gelu' }",
        "{ kind = 'channel_scale', start = 0.5 }",
        "{ kind = 'drop_path', rate = 0.25 }",
        "{ kind = 'adaptive_max_pool', size = [3, 2] }",
        "{ kind = 'zero_pad', padding = 1 }",
        "{ kind = 'flatten' }",
        "{ kind = 'linear', outputs = 7 }",
        "{ kind = 'relu', name = 'r' }",
        "{ kind = 'dropout', rate = 0.125 }",
        "{ kind = 'linear', bias = false }",
    };
    const nn::Sample sample(2, 24, 20);
    const nn::NetworkSpec spec = nn::layer_list_spec(model_layers(given), sample, 10);
    check_same(spec, read_again(spec, sample));
    const nn::Sample sequence(3, 1, 50);
    const nn::NetworkSpec over_time = nn::layer_list_spec(
        model_layers({"{ kind = 'replication_pad', padding = [0, 38, 0, 0] }",
                      "{ kind = 'conv1d', channels = 6, kernel = 39, stride = 2 }", "{ kind = 'max_pool', kernel = 2 }",
                      "{ kind = 'flatten' }", "{ kind = 'linear' }"}),
        sequence, 10);
    check_same(over_time, read_again(over_time, sequence));
}

TEST_CASE("spelled layers: what the list has no kind for is refused by name", "[config]") {
    nn::ModelChoice choice;
    choice.hidden = {4};
    choice.activation.kind = &nn::activation("srelu");
    CHECK_THROWS_WITH(spelled_layers(nn::network_spec("mlp", choice, nn::Sample(5), 3)), Contains("srelu1"));
    choice.activation = {&nn::activation("leaky_relu"), 0.25, 0.6};
    CHECK_THROWS_WITH(spelled_layers(nn::network_spec("mlp", choice, nn::Sample(5), 3)), Contains("leaky_relu1"));
}

}  // namespace espalier::config
