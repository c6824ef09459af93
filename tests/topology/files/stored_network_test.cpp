#include <algorithm>
#include <filesystem>

#include <espalier/topology/files/stored_network.hpp>

#include "safetensors_builder.hpp"
#include "support.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

StoredNetwork small_stored_network() {
    Layer first{"fc1", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {1.5F, -2.0F, 0.0F}};
    Layer second{"002_fc2", {1, 2}, pattern({{1, 1}}), {3.0F, 4.0F}};
    return {{.label = "ticket", .layers = {first, second}},
            {{"fc1", "bias", {0.1F, 0.2F}}, {"002_fc2", "bias", {0.3F}}, {"001_srelu1", "left_slope", {0.4F, 0.5F}}}};
}

}  // namespace

TEST_CASE("stored network: written and read back with everything that makes it up", "[topology][stored_network]") {
    TemporaryFolder folder;
    const std::string file = (folder / "t.h5").string();
    write_network_file(file, small_stored_network(), {{"method", std::string("union")}, {"test_accuracy", 0.5}});
    const StoredNetwork read = read_network(file);
    const StoredNetwork wanted = small_stored_network();
    REQUIRE(read.topology.layers.size() == 2);
    for (std::size_t l = 0; l < 2; ++l) {
        CHECK(read.topology.layers[l].pattern == wanted.topology.layers[l].pattern);
        CHECK(read.topology.layers[l].values == wanted.topology.layers[l].values);
    }
    // Biases lie beside the masks of their layers, whatever number these got.
    REQUIRE(read.parameters.size() == 3);
    CHECK(read.parameters[0].layer == read.topology.layers[0].name);
    CHECK(read.parameters[0].values == wanted.parameters[0].values);
    CHECK(read.parameters[1].layer == "001_srelu1");
    CHECK(read.parameters[1].name == "left_slope");
    CHECK(read.parameters[2].layer == read.topology.layers[1].name);
    CHECK(hdf5::File::open(file).root().attribute_as<std::string>("method") == "union");
    CHECK(density(read.topology) == Approx(5.0 / 8.0));
}

TEST_CASE("stored network: a file of several topologies names none", "[topology][stored_network]") {
    TemporaryFolder folder;
    const std::string file = (folder / "t.h5").string();
    write_topology_file(file, {{.label = "a", .layers = small_stored_network().topology.layers},
                               {.label = "b", .layers = small_stored_network().topology.layers}});
    CHECK_THROWS_WITH(read_network(file), Contains("names 2 topologies"));
    CHECK(read_network(file + "@b").topology.label == file + "@b");
    CHECK(read_network(file + "@b").parameters.empty());
}

TEST_CASE("stored network: of a state dict every tensor is kept, counters left out", "[topology][stored_network]") {
    TemporaryFolder folder;
    const std::string file = folder / "net.safetensors";
    write_bytes(file, safetensors({{"bn1.num_batches_tracked", "I64", {}, bytes_of<std::int64_t>({3})},
                                   {"bn1.running_var", "F32", {2}, bytes_of<float>({5, 6})},
                                   {"fc1.bias", "F32", {2}, bytes_of<float>({1, 2})},
                                   {"fc1.weight", "F32", {2, 3}, bytes_of<float>({1, 0, 2, 0, -0.5F, 0})},
                                   {"fc2.weight", "F32", {1, 2}, bytes_of<float>({1, 1})},
                                   {"logit_scale", "F32", {}, bytes_of<float>({7})}}));
    const StoredNetwork network = read_network(file);
    REQUIRE(network.parameters.size() == 3);
    const auto has = [&](const std::string& layer, const std::string& name, const std::vector<float>& values) {
        return std::ranges::any_of(network.parameters, [&](const StoredParameter& parameter) {
            return parameter.layer == layer && parameter.name == name && parameter.values == values;
        });
    };
    CHECK(has("bn1", "running_var", {5, 6}));
    CHECK(has("fc1.weight", "bias", {1, 2}));
    CHECK(has("_root", "logit_scale", {7}));
    const StoredNetwork selected = read_network(file, {.layers = {"fc1.weight"}});
    REQUIRE(selected.parameters.size() == 1);
    CHECK(selected.parameters[0].layer == "fc1.weight");
}

TEST_CASE("stored network: of a model in several files every tensor is kept, whichever file it lies in",
          "[topology][stored_network]") {
    TemporaryFolder folder;
    TemporaryFolder elsewhere;
    const TensorBytes first{"fc1.weight", "F32", {2, 3}, bytes_of<float>({1, 0, 2, 0, -0.5F, 0})};
    const TensorBytes second{"fc2.weight", "F32", {1, 2}, bytes_of<float>({1, 1})};
    const TensorBytes third{"fc3.weight", "F32", {1, 1}, bytes_of<float>({1})};
    const TensorBytes bias_1{"fc1.bias", "F32", {2}, bytes_of<float>({1, 2})};
    const TensorBytes bias_2{"fc2.bias", "F32", {1}, bytes_of<float>({3})};
    const TensorBytes variance{"bn1.running_var", "F32", {2}, bytes_of<float>({5, 6})};
    write_bytes(folder / "model-00001-of-00002.safetensors", safetensors({first, second, bias_2}));
    write_bytes(folder / "model-00002-of-00002.safetensors", safetensors({third, variance, bias_1}));
    const std::string whole = elsewhere / "whole.safetensors";
    write_bytes(whole, safetensors({first, second, third, bias_1, bias_2, variance}));
    const auto sorted = [](std::vector<StoredParameter> parameters) {
        std::ranges::sort(parameters, {}, [](const StoredParameter& p) { return std::pair(p.layer, p.name); });
        return parameters;
    };
    const auto of_parts = sorted(read_network(folder.path().string()).parameters);
    const auto of_one = sorted(read_network(whole).parameters);
    REQUIRE(of_parts.size() == 3);
    REQUIRE(of_one.size() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(of_parts[k].layer == of_one[k].layer);
        CHECK(of_parts[k].name == of_one[k].name);
        CHECK(of_parts[k].values == of_one[k].values);
    }
    const auto selected = read_network(folder.path().string(), {.layers = {"fc1"}}).parameters;
    REQUIRE(selected.size() == 1);
    CHECK(selected[0].layer == "fc1.weight");
    write_bytes(folder / "model-00003.safetensors", safetensors({{"fc4.weight", "F32", {1, 1}, third.bytes}, bias_1}));
    CHECK_THROWS_WITH(read_network(folder.path().string()), Contains("'bias' of 'fc1.weight'") &&
                                                                Contains("model-00002-of-00002.safetensors") &&
                                                                Contains("model-00003.safetensors"));
}

TEST_CASE("stored network: a folder of one layer a file keeps the parameters of each under its name",
          "[topology][stored_network]") {
    TemporaryFolder folder;
    for (const float value : {1.0F, 2.0F}) {
        const std::string name = "fc" + std::to_string(static_cast<int>(value)) + ".safetensors";
        write_bytes(folder / name, safetensors({{"bias", "F32", {2}, bytes_of<float>({value, value})},
                                                {"weight", "F32", {2, 2}, bytes_of<float>({1, 0, 0, value})}}));
    }
    const StoredNetwork network = read_network(folder.path().string());
    REQUIRE(network.parameters.size() == 2);
    for (std::size_t k = 0; k < 2; ++k) {
        CHECK(network.parameters[k].layer == network.topology.layers[k].name);
        CHECK(network.parameters[k].name == "bias");
        CHECK(network.parameters[k].values == std::vector<float>(2, static_cast<float>(k + 1)));
    }
    const StoredNetwork selected = read_network(folder.path().string(), {.layers = {"fc2"}});
    REQUIRE(selected.parameters.size() == 1);
    CHECK(selected.parameters[0].layer == "fc2");
}

TEST_CASE("stored network: names that a layer's group cannot hold are refused", "[topology][stored_network]") {
    TemporaryFolder folder;
    const std::string file = (folder / "t.h5").string();
    StoredNetwork network = small_stored_network();
    network.parameters.push_back({"fc1", "indices", {1.0F}});
    CHECK_THROWS_WITH(write_network_file(file, network), Contains("'fc1.indices'") && Contains("no place"));
    network.parameters.back().name = "";
    CHECK_THROWS_WITH(write_network_file(file, network), Contains("its name is empty"));
    network.parameters.back().name = "bias";
    CHECK_THROWS_WITH(write_network_file(file, network), Contains("'fc1.bias'") && Contains("twice"));
    CHECK_FALSE(std::filesystem::exists(file));
}

}  // namespace espalier::topology
