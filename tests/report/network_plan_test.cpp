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

}  // namespace espalier::report
