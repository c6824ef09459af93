#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/report/network_plan.hpp>

#include "support.hpp"

namespace espalier::report {
using namespace testing;

namespace {

std::vector<LayerPlan> planned(const std::string& text, std::size_t inputs, std::size_t classes) {
    return plan(config::resolve(config::parse_toml(text, "text")), inputs, classes);
}

}  // namespace

TEST_CASE("plan: layers with exact counts", "[cli][plan]") {
    const auto layers = planned("model.hidden = [30]\nsparsity.init = \"uniform\"\nsparsity.density = 0.1", 40, 10);
    REQUIRE(layers.size() == 2);
    CHECK(layers[0].name == "fc1");
    CHECK(layers[0].shape == std::vector<std::size_t>{30, 40});
    CHECK(layers[0].weights == 1200);
    CHECK(layers[0].kept == 120);
    CHECK(layers[0].others == 30);
    CHECK(layers[0].macs == 120);
    CHECK(layers[1].kept == 30);
}

TEST_CASE("plan: trained activations have parameters, but no weights to thin out", "[cli][plan]") {
    const auto layers =
        planned("model.hidden = [8, 4]\nmodel.activation = \"srelu\"\nsparsity.method = \"dense\"", 5, 2);
    REQUIRE(layers.size() == 5);
    CHECK(layers[1].kind == "srelu");
    CHECK(layers[1].others == 32);
    CHECK(layers[1].weights == 0);
    CHECK(layers[4].kept == 8);
}

TEST_CASE("plan: what cannot be counted is refused", "[cli][plan]") {
    CHECK_THROWS_WITH(planned("model.hidden = [2147483648, 2147483648]", 10, 10), Contains("2^60"));
    CHECK_THROWS_AS(planned("sparsity.dense_layers = [\"fc9\"]", 10, 10), ConfigError);
}

TEST_CASE("plan: costs dense, as kept, by erk and without dead channels", "[cli][plan]") {
    const auto planned_at = [](const std::string& sparsity) {
        return planned_network(
            config::resolve(config::parse_toml("model.kind = \"cifar_resnet_20\"\n" + sparsity, "text")),
            nn::Sample(3, 32, 32), 10);
    };
    const NetworkCost erk = planned_at("sparsity.init = \"erk\"\nsparsity.density = 0.1").cost;
    CHECK(erk.dense == 40'813'184);
    CHECK(erk.erk / 40'813'184 == Approx(0.1773).margin(1e-4));
    CHECK(static_cast<double>(erk.kept) == Approx(erk.erk).epsilon(1e-3));
    CHECK(erk.rebuilt == erk.dense);
    const NetworkCost uniform = planned_at("sparsity.init = \"uniform\"\nsparsity.density = 0.1").cost;
    CHECK(static_cast<double>(uniform.kept) == Approx(0.1 * 40'813'184).epsilon(1e-3));
    CHECK(uniform.erk == Approx(erk.erk).epsilon(1e-3));
    const NetworkCost thin = planned_at("sparsity.init = \"uniform\"\nsparsity.density = 0.005").cost;
    CHECK(thin.rebuilt < thin.dense);
    CHECK(thin.rebuilt > thin.kept);
    const NetworkCost dense = planned_at("sparsity.method = \"dense\"").cost;
    CHECK(dense.kept == dense.dense);
    CHECK(dense.erk == static_cast<double>(dense.dense));
    CHECK_THROWS_WITH(planned_at("sparsity.method = \"static\"\nsparsity.init = \"snip\""),
                      Contains("looks at the data"));
}

}  // namespace espalier::report
