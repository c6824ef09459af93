#include <espalier/topology/structure/copeland.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// From dense matrices, as definitions.md 6.22 writes it.
double copeland_of_matrices(const Topology& net, std::size_t k) {
    const auto before = dense(net.layers[k - 1].pattern);
    const auto after = dense(net.layers[k].pattern);
    const std::size_t block = block_of(net, k);
    const auto column = [](const std::vector<std::vector<int>>& rows, std::size_t col) {
        int degree = 0;
        for (const auto& row : rows) degree += row[col];
        return degree;
    };
    double active_inputs = 0;
    for (std::size_t i = 0; i < net.layers[k - 1].pattern.cols(); ++i) active_inputs += column(before, i) > 0 ? 1 : 0;
    double active_outputs = 0;
    for (const auto& row : after) active_outputs += std::accumulate(row.begin(), row.end(), 0) > 0 ? 1 : 0;
    if (active_inputs == 0 || active_outputs == 0) return 0;
    double sum = 0;
    double terms = 0;
    for (std::size_t j = 0; j < before.size(); ++j) {
        const double in = std::accumulate(before[j].begin(), before[j].end(), 0);
        if (in == 0) continue;
        for (std::size_t q = 0; q < block; ++q, ++terms) {
            sum += (column(after, j * block + q) / active_outputs) / (in / active_inputs);
        }
    }
    return sum / terms;
}

}  // namespace

TEST_CASE("copeland: the worked example", "[topology][copeland]") {
    const std::vector<MetricValue> values = measured("copeland", worked_example()).layers;
    REQUIRE(values.size() == 2);
    CHECK(values[0].reason() == "no layer before");
    CHECK(values[1].number() == Approx(1.0).epsilon(1e-14));
}

TEST_CASE("copeland: the pair with the classifier is left out where asked for", "[topology][copeland]") {
    const MetricResult kept = measured("copeland", dense_network({4, 3, 2, 2}));
    const MetricResult skipped = measured("copeland", dense_network({4, 3, 2, 2}), {{"classifier", "skip"}});
    CHECK(skipped.layers[1].number() == kept.layers[1].number());
    CHECK_THAT(skipped.layers[2].reason(), Contains("classifier"));
    CHECK(skipped.network.number() == kept.layers[1].number());
}

TEST_CASE("copeland: agrees with dense matrices", "[topology][copeland]") {
    for_tiny_networks(200, [](const Topology& net) {
        const std::vector<MetricValue> values = measured("copeland", net).layers;
        for (std::size_t k = 1; k < net.layers.size(); ++k) {
            CHECK(values[k].number() == Approx(copeland_of_matrices(net, k)).epsilon(1e-12).margin(1e-12));
        }
    });
}

TEST_CASE("copeland: 0 where a layer has no edges, balanced where dense", "[topology][copeland]") {
    CHECK(measured("copeland", network("e", {Pattern::full(3, 4), Pattern::empty(2, 3)})).layers[1].number() == 0);
    CHECK(measured("copeland", network("e", {Pattern::empty(3, 4), Pattern::full(2, 3)})).layers[1].number() == 0);
    CHECK(measured("copeland", network("e", {Pattern::empty(0, 4), Pattern::empty(2, 0)})).layers[1].number() == 0);
    CHECK(measured("copeland", dense_network({4, 3, 2})).layers[1].number() == Approx(1));
    CHECK(measured("copeland", {"none", {}}).layers.empty());
}

}  // namespace espalier::topology
