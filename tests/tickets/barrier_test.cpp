#include <espalier/base/text/error.hpp>
#include <espalier/tickets/barrier.hpp>

#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

topology::StoredNetwork one_weight(float value) {
    return {{.label = "t", .layers = {{"fc1", {1, 1}, pattern({{1}}), {value}}}}, {{"fc1", "bias", {value / 2.0F}}}};
}

}  // namespace

TEST_CASE("barrier: a table", "[tickets][barrier]") {
    // share   0     0.5   1
    // loss    1.0   2.0   0.6   line between the ends at 0.5: 0.8
    // acc     0.7   0.5   0.9                                0.8
    const Barrier found = barrier({{0.0, 1.0, 0.7}, {0.5, 2.0, 0.5}, {1.0, 0.6, 0.9}});
    CHECK(found.loss == Approx(1.2));
    CHECK(found.loss_at == 0.5);
    CHECK(found.accuracy == Approx(0.3));
    CHECK(found.accuracy_at == 0.5);
    CHECK(found.error == Approx(0.5 - 0.2));
    CHECK_FALSE(found.is_linearly_connected());
}

TEST_CASE("barrier: a line better than its ends has none", "[tickets][barrier]") {
    const Barrier found = barrier({{0.0, 1.0, 0.7}, {0.5, 0.1, 0.95}, {1.0, 0.6, 0.72}});
    CHECK(found.loss == 0.0);
    CHECK(found.accuracy == 0.0);
    CHECK(found.error == Approx(0.3 - 0.29));
    CHECK(found.is_linearly_connected());
}

TEST_CASE("barrier: networks on the line, both ends as they are", "[tickets][barrier]") {
    const auto score = [](const topology::StoredNetwork& network) {
        const double w = network.topology.layers[0].values[0];
        CHECK(network.parameters[0].values[0] == Approx(w / 2.0));
        return training::Score{w, 1.0 - w / 10.0};
    };
    const std::vector<LinePoint> line = line_between(one_weight(2.0F), one_weight(4.0F), 5, score);
    REQUIRE(line.size() == 5);
    for (std::size_t k = 0; k < 5; ++k) {
        CHECK(line[k].share == 0.25 * static_cast<double>(k));
        CHECK(line[k].loss == Approx(4.0 - 2.0 * line[k].share));
    }
    CHECK(line.front().loss == 4.0);
    CHECK(line.back().loss == 2.0);
    CHECK(barrier(line).loss == Approx(0.0).margin(1e-12));
    CHECK_THROWS_AS(line_between(one_weight(1.0F), one_weight(1.0F), 1, score), ConfigError);
}

}  // namespace espalier::tickets
