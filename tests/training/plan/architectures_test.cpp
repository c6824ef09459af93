#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/sparsity/masks/distribution.hpp>

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

}  // namespace

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
