#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/masks/distribution.hpp>
#include <espalier/topology/files/state_dict.hpp>
#include <espalier/topology/files/stored_network.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/plan/plan.hpp>

#include "npz_builder.hpp"
#include "support.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Json = nlohmann::json;

Json reference() {
    std::ifstream file(std::string(ESPALIER_SOURCE_DIR) + "/tests/reference/architectures.json");
    return Json::parse(file);
}

nn::NetworkSpec spec_of(const std::string& name) {
    const std::size_t classes = name.ends_with("cifar100") ? 100 : 10;
    const nn::Sample sample = name == "lenet5_caffe" ? nn::Sample(1, 28, 28) : nn::Sample(3, 32, 32);
    const bool is_wider = name.ends_with("_cifar100");
    const std::string kind = is_wider ? name.substr(0, name.size() - 3) : name;
    return nn::network_spec(kind == "vgg19_cifar" ? "vgg19" : kind, {}, sample, classes);
}

/// The normalisation behind a layer, as the programs call it; empty where there is none.
std::string normalisation_behind(const std::string& layer, const std::string& family) {
    const std::size_t dot = layer.rfind('.');
    const std::string path = dot == std::string::npos ? "" : layer.substr(0, dot + 1);
    const std::string last = dot == std::string::npos ? layer : layer.substr(dot + 1);
    if (family == "lenet5_caffe" || last == "convShortcut") return "";
    if (last.starts_with("conv")) return path + "bn" + last.substr(4);
    if (layer.ends_with("shortcut.0")) return path + "1";
    if (path.starts_with("feature")) return path + std::to_string(std::stoul(last) + 1);
    // Behind the ReLU: linear, ReLU, normalisation.
    if (path == "classifier." && layer != "classifier.6" && !(family == "vgg-like" && layer == "classifier.3"))
        return path + std::to_string(std::stoul(last) + 2);
    return "";
}

/// Every array that the official class has in its state dict, by name, with its sides here; drawn numbers.
std::map<std::string, std::vector<std::size_t>> official_arrays(const std::string& name, const Json& layers,
                                                                const nn::NetworkSpec& spec) {
    std::map<std::string, std::vector<std::size_t>> arrays;
    const bool snip = name == "vgg-like" || name == "vgg-c" || name == "vgg-d";
    const std::vector<std::size_t> weighted = spec.weighted();
    for (std::size_t k = 0; k < layers.size(); ++k) {
        const std::string layer = layers[k][0];
        const std::vector<std::size_t>& shape = spec.nodes[weighted[k]].weight->shape;
        arrays[layer + ".weight"] = shape;
        const bool is_linear = shape.size() == 2;
        const bool has_bias =
            is_linear ? !name.ends_with("_cifar") || name.starts_with("mobilenet") : snip || name == "lenet5_caffe";
        if (has_bias) arrays[layer + ".bias"] = {shape[0]};
        const std::string norm = normalisation_behind(layer, name);
        if (norm.empty()) continue;
        // A Wide ResNet normalises what a layer takes; its own names are the same.
        const bool is_wide = name.starts_with("wrn");
        const std::size_t final_channels = spec.nodes[weighted.back()].weight->cols();
        const std::size_t channels = !is_wide ? shape[0] : layer == "conv1" ? final_channels : shape[1];
        for (const char* array : {".weight", ".bias", ".running_mean", ".running_var"})
            arrays[norm + array] = {channels};
        arrays[norm + ".num_batches_tracked"] = {};
    }
    return arrays;
}

/// A .npz of drawn numbers, each array under its name.
std::string archive_of(const std::map<std::string, std::vector<std::size_t>>& arrays,
                       std::map<std::string, std::vector<float>>& drawn) {
    Stream stream = test_stream();
    std::vector<ZipEntry> members;
    for (const auto& [name, shape] : arrays) {
        if (name.ends_with("num_batches_tracked")) {
            members.push_back({name + ".npy", npy<std::int64_t>("<i8", {}, {7})});
            continue;
        }
        std::size_t size = 1;
        for (const std::size_t side : shape) size *= side;
        const std::vector<double> values = random_values(size, stream);
        std::vector<float>& floats = drawn[name];
        for (const double value : values) floats.push_back(static_cast<float>(value + 1.5));
        members.push_back({name + ".npy", npy<float>("<f4", shape, floats)});
    }
    return zip_archive(members);
}

}  // namespace

TEST_CASE("architectures: state dicts of the official classes come in and go out, strictly", "[training]") {
    const Json networks = reference();
    TemporaryFolder folder;
    for (const std::string name : {"lenet5_caffe", "cifar_resnet_20", "resnet20_A", "resnet18_cifar", "resnet34_cifar",
                                   "resnet50_cifar", "vgg11", "vgg13", "vgg16", "vgg19", "vgg-like", "vgg-c", "vgg-d",
                                   "wrn-16-8", "wrn-28-10", "mobilenet_v1_cifar"}) {
        INFO(name);
        // Narrow ones: names and structure do not depend on widths.
        const config::RunConfig config = config::resolve(
            config::parse_toml("model.kind = \"" + name + "\"\nmodel.width = 4\nsparsity.method = \"dense\"", "text"));
        const nn::Sample sample = name == "lenet5_caffe" ? nn::Sample(1, 28, 28) : nn::Sample(3, 32, 32);
        const auto arrays = official_arrays(name, networks[name]["layers"], network_spec(config, sample, 10));
        std::map<std::string, std::vector<float>> drawn;
        const std::string in = (folder / "in.npz").string();
        write_bytes(in, archive_of(arrays, drawn));
        const topology::StoredNetwork stored = topology::read_network(in, {.keeps_flat = true});
        const nn::Network<float> network = make_network(config, stored, sample, 10);
        std::size_t entries = 0;
        for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
            INFO(entry.path());
            REQUIRE(drawn.contains(entry.path()));
            CHECK(std::ranges::equal(entry.parameter->values, drawn[entry.path()]));
            ++entries;
        }
        CHECK(entries == drawn.size());
        const std::string out = (folder / "out.npz").string();
        topology::write_state_dict(out, stored, {});
        const TensorFile file = open_tensor_file(out);
        CHECK(file.entries().size() == drawn.size());  // PyTorch makes its counters of batches anew
        for (const auto& [array, values] : drawn) {
            INFO(array);
            REQUIRE(file.has(array));
            CHECK(file.read(array).shape() == arrays.at(array));
            CHECK(std::ranges::equal(file.read(array).to_doubles(), values));
        }
        // One name wrong, one missing, one that nothing here has a place for.
        const auto refused = [&](const auto& change) {
            auto other = arrays;
            change(other);
            std::map<std::string, std::vector<float>> ignored;
            write_bytes(in, archive_of(other, ignored));
            try {
                make_network(config, topology::read_network(in, {.keeps_flat = true}), sample, 10);
            } catch (const Error& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        const std::string& known = arrays.rbegin()->first;  // of the last layer by name
        const std::string layer = known.substr(0, known.rfind('.'));
        CHECK_THAT(refused([&](auto& other) { other[layer + "x.running_mean"] = {4}; }), Contains(layer + "x"));
        CHECK_THAT(refused([&](auto& other) { other.erase(known); }), Contains(layer));
        const std::string last = networks[name]["layers"].back()[0];
        const auto renamed = refused([&](auto& other) {
            other[last + "y.weight"] = other[last + ".weight"];
            other.erase(last + ".weight");
        });
        CHECK_THAT(renamed, Contains("no weights of layer " + last) && Contains("no layer " + last + "y"));
    }
}

TEST_CASE("architectures: layers, parameters and multiply-adds of published networks", "[training]") {
    const Json networks = reference();
    CHECK(networks.size() == 32);
    for (const auto& [name, expected] : networks.items()) {
        INFO(name);
        const nn::NetworkSpec spec = spec_of(name);
        Json layers = Json::array();
        std::size_t parameters = 0;
        std::size_t statistics = 0;
        std::size_t macs = 0;
        std::vector<sparsity::Shape> shapes;
        std::vector<double> costs;
        for (const nn::NodeSpec& node : spec.nodes) {
            parameters += node.others;
            if (node.kind == "batch_norm") statistics += node.others;
            if (!node.weight) continue;
            const std::size_t cost = node.weight->rows() * node.weight->cols() * node.weight->uses;
            parameters += node.weight->rows() * node.weight->cols();
            macs += cost;
            layers.push_back({node.name, node.weight->shape, cost});
            shapes.push_back(node.weight->shape);
            costs.push_back(static_cast<double>(cost));
        }
        CHECK(parameters == expected["parameters"].get<std::size_t>());
        CHECK(statistics == expected["buffers"].get<std::size_t>());
        CHECK(macs == expected["macs"].get<std::size_t>());
        CHECK(layers == expected["layers"]);
        for (const auto& [density, cost] : expected["erk"].items()) {
            INFO(density);
            const std::vector<double> densities = sparsity::erk_densities(shapes, std::stod(density));
            double sum = 0.0;
            for (std::size_t l = 0; l < costs.size(); ++l) sum += densities[l] * costs[l];
            CHECK(sum == Approx(cost[0].get<double>()).epsilon(1e-12));
            CHECK(densities[shapes.size() / 2] == Approx(cost[1].get<double>()).epsilon(1e-12));
        }
    }
}

TEST_CASE("architectures: SLaK's and ConvNeXt's layers, costs and ERK densities are those of their program",
          "[training][reference]") {
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    std::ifstream file(*folder / "convnets" / "architectures.json");
    const Json networks = Json::parse(file);
    for (const char* kind : {"slak_t", "convnext_t"}) {
        INFO(kind);
        const Json& expected = networks[std::string(kind) + "_224"];
        const nn::NetworkSpec spec = nn::network_spec(kind, {}, {3, 224, 224}, 1000);
        std::map<std::string, const nn::WeightSpec*> ours;
        for (const std::size_t k : spec.weighted()) ours[spec.nodes[k].name + ".weight"] = &*spec.nodes[k].weight;
        REQUIRE(ours.size() == expected["layers"].size());
        std::vector<sparsity::Shape> shapes;  // in the order of the program
        std::vector<double> costs;
        for (const Json& layer : expected["layers"]) {
            INFO(layer["name"]);
            REQUIRE(ours.contains(layer["name"]));
            const nn::WeightSpec& weight = *ours[layer["name"]];
            CHECK(weight.shape == layer["shape"].get<std::vector<std::size_t>>());
            shapes.push_back(weight.shape);
            costs.push_back(static_cast<double>(weight.rows() * weight.cols() * weight.uses));
            CHECK(costs.back() == layer["macs"].get<double>());
        }
        for (const auto& [density, erk] : expected["erk"].items()) {
            INFO(density);
            const std::vector<double> densities = sparsity::erk_densities(shapes, std::stod(density));
            double sum = 0.0;
            for (std::size_t l = 0; l < costs.size(); ++l) {
                CHECK(densities[l] == Approx(erk["densities"][l].get<double>()).epsilon(1e-12));
                sum += densities[l] * costs[l];
            }
            CHECK(sum == Approx(erk["macs"].get<double>()).epsilon(1e-12));
        }
    }
}

TEST_CASE("architectures: what does not fit is refused by the layer's name", "[training]") {
    const auto made = [](const std::string& kind, const nn::Sample& sample) {
        return [=] { nn::network_spec(kind, {}, sample, 10); };
    };
    CHECK_THROWS_WITH(made("vgg16", {3, 8, 8})(), Contains("layer feature.33") && Contains("too small"));
    CHECK_THROWS_WITH(made("vgg-like", {3, 16, 16})(), Contains("layer features.43") && Contains("1x1"));
    CHECK_THROWS_WITH(made("lenet5_caffe", {1, 4, 4})(), Contains("layer conv1") && Contains("5x5"));
    CHECK_THROWS_WITH(made("resnet18_cifar", {3, 64, 64})(), Contains("32x32"));
    CHECK_THROWS_WITH(made("cifar_resnet_20", 784)(), Contains("tables of 784"));
    CHECK_THROWS_WITH(made("cifar_resnet_21", {3, 32, 32})(), Contains("6n + 2") && Contains("cifar_resnet_21"));
    CHECK_THROWS_WITH(made("vgg12", {3, 32, 32})(), Contains("11, 13, 16 and 19"));
    CHECK_THROWS_WITH(made("wrn-21-2", {3, 32, 32})(), Contains("6n + 4"));
    CHECK_THROWS_WITH(made("resnet101_cifar", {3, 32, 32})(), Contains("18, 34 and 50"));
    CHECK_THROWS_WITH(made("vgg_like", {3, 32, 32})(), Contains("'vgg-like'"));
}

}  // namespace espalier::training
