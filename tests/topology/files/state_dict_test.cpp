#include <algorithm>
#include <set>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/snapshot_group.hpp>
#include <espalier/topology/files/state_dict.hpp>

#include "safetensors_builder.hpp"
#include "support.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// What a run with trained activations and batch normalisation holds: fc1 [2 x 3], a convolution [1, 2, 1, 2].
StoredNetwork small_network() {
    Layer first{"000_fc1", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {1.5F, -2.0F, 0.0F}};
    Layer second{"002_conv", {1, 2, 1, 2}, pattern({{1, 1, 0, 1}}), {3.0F, 4.0F, 5.0F}};
    return {{.label = "net", .layers = {first, second}},
            {{"000_fc1", "bias", {0.1F, 0.2F}},
             {"001_bn1", "running_mean", {0.4F, 0.5F}},
             {"001_bn1", "weight", {0.6F, 0.7F}},
             {"002_conv", "bias", {0.3F}}}};
}

/// Groups without their numbers, and what lies in them beside masks and weights.
std::set<std::string> names(const StoredNetwork& network) {
    std::set<std::string> all;
    for (const Layer& layer : network.topology.layers) all.insert(without_number(layer.name));
    for (const StoredParameter& parameter : network.parameters) {
        all.insert(without_number(parameter.layer) + "/" + parameter.name);
    }
    return all;
}

}  // namespace

TEST_CASE("state dict: the header, byte for byte", "[topology][state_dict]") {
    const TemporaryFolder folder;
    write_state_dict(folder / "net.safetensors", small_network(), {.metadata = {{"format", "pt"}}});
    const std::string header = R"({"__metadata__":{"format":"pt"},)"
                               R"("fc1.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                               R"("fc1.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},)"
                               R"("bn1.running_mean":{"dtype":"F32","shape":[2],"data_offsets":[32,40]},)"
                               R"("bn1.weight":{"dtype":"F32","shape":[2],"data_offsets":[40,48]},)"
                               R"("conv.weight":{"dtype":"F32","shape":[1,2,1,2],"data_offsets":[48,64]},)"
                               R"("conv.bias":{"dtype":"F32","shape":[1],"data_offsets":[64,68]}})";
    const std::string data =
        bytes_of<float>({1.5F, 0, -2.0F, 0, 0, 0, 0.1F, 0.2F, 0.4F, 0.5F, 0.6F, 0.7F, 3.0F, 4.0F, 0, 5.0F, 0.3F});
    const std::string padding((8 - header.size() % 8) % 8, ' ');
    CHECK(read_text(folder / "net.safetensors") == safetensors_raw(header + padding, data));
}

TEST_CASE("state dict: with its masks it is the same network again", "[topology][state_dict]") {
    const TemporaryFolder folder;
    const StoredNetwork network = small_network();
    for (const char* name : {"net.safetensors", "net.npz"}) {
        const std::string file = folder / name;
        INFO(file);
        write_state_dict(file, network,
                         {.with_masks = true, .arrays = {{"inputs.mean", {1, 2, 3}}, {"inputs.std", {1, 1, 1}}}});
        const StoredNetwork again = read_network(file);
        REQUIRE(again.topology.layers.size() == 2);
        // A kept weight of 0 is an edge, as the mask says.
        const auto& layers = again.topology.layers;
        const auto fc1 = std::ranges::find(layers, "fc1.weight", &Layer::name);
        REQUIRE(fc1 != layers.end());
        CHECK(fc1->pattern == network.topology.layers[0].pattern);
        CHECK(fc1->values == network.topology.layers[0].values);
        const auto conv = std::ranges::find(layers, "conv.weight", &Layer::name);
        REQUIRE(conv != layers.end());
        CHECK(conv->shape == network.topology.layers[1].shape);
        CHECK(conv->values == network.topology.layers[1].values);
        CHECK(again.parameters.size() == 4);
    }
}

TEST_CASE("state dict: through a topology file and back every tensor stays", "[topology][state_dict]") {
    const TemporaryFolder folder;
    const std::string first = folder / "first.safetensors";
    write_state_dict(first, small_network());
    StoredNetwork imported = read_network(first);
    imported.topology.label = "net";
    write_networks_file(folder / "net.h5", std::span(&imported, 1));
    const StoredNetwork stored = read_network(folder / "net.h5");
    CHECK(names(stored) == std::set<std::string>{"conv.weight", "fc1.weight", "conv.weight/bias", "fc1.weight/bias",
                                                 "bn1/running_mean", "bn1/weight"});
    const std::string second = folder / "second.safetensors";
    write_state_dict(second, stored);
    const StoredNetwork again = read_network(second);
    for (const Layer& layer : imported.topology.layers) {
        const auto same = std::ranges::find(again.topology.layers, layer.name, &Layer::name);
        REQUIRE(same != again.topology.layers.end());
        CHECK(same->values == layer.values);
    }
    for (const StoredParameter& parameter : imported.parameters) {
        INFO(parameter.layer << " " << parameter.name);
        CHECK(std::ranges::any_of(again.parameters, [&](const StoredParameter& other) {
            return other.layer == parameter.layer && other.name == parameter.name && other.values == parameter.values;
        }));
    }
}

TEST_CASE("state dict: what cannot be written says why", "[topology][state_dict]") {
    const TemporaryFolder folder;
    const std::string file = folder / "net.safetensors";
    StoredNetwork network = small_network();
    network.topology.layers[1].values.clear();
    CHECK_THROWS_WITH(write_state_dict(file, network),
                      Contains("layer 002_conv has a mask but no weights") && Contains("snapshots.weights = true"));
    network = small_network();
    network.parameters.push_back({"000_fc1", "weight", {1.0F}});
    CHECK_THROWS_WITH(write_state_dict(file, network), Contains("two of its arrays") && Contains("'fc1.weight'"));
    CHECK_FALSE(std::filesystem::exists(file));
}

}  // namespace espalier::topology
