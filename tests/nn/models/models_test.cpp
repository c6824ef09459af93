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
    CHECK_THROWS_WITH(model("mpl"), Contains("Did you mean 'mlp'"));
    CHECK_THROWS_AS(activation("tanh"), ConfigError);
}

}  // namespace espalier::nn
