#include <cmath>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/paths/path_kernel_trace.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Over all paths and their edges in layer k: the product of the other edges' squared weights.
double listed_trace(const Topology& net, std::size_t k) {
    double sum = 0;
    for (const Path& path : all_paths(net)) {
        double product = 1;
        for (std::size_t other = 0; other < path.size(); ++other) {
            const double weight = net.layers[other].values[path[other].edge];
            if (other != k) product *= weight * weight;
        }
        sum += product;
    }
    return sum;
}

}  // namespace

TEST_CASE("path kernel trace: agrees with listing all paths", "[topology][path_kernel_trace]") {
    for_tiny_networks(200, [](const Topology& net) {
        const auto parts = path_kernel_trace(net);
        for (std::size_t k = 0; k < net.layers.size(); ++k) {
            CHECK(parts[k].to_double() == Approx(listed_trace(net, k)).epsilon(1e-12).margin(1e-300));
        }
    });
}

TEST_CASE("path kernel trace: drawn by hand", "[topology][path_kernel_trace]") {
    // input -2-> hidden -3-> output: S = 4 * 9, derivatives 9 and 4
    Topology net = network("line", {Pattern::full(1, 1), Pattern::full(1, 1)});
    net.layers[0].values = {2};
    net.layers[1].values = {-3};
    const auto parts = path_kernel_trace(net);
    CHECK(parts[0].to_double() == 9);
    CHECK(parts[1].to_double() == 4);
    const MetricResult result = measured("path_kernel_trace", net);
    CHECK(result.layers[0].number() == 9);
    CHECK(result.network.number() == 13);
}

TEST_CASE("path kernel trace: beyond double, and weights that are no numbers", "[topology][path_kernel_trace]") {
    Topology net = dense_network(std::vector<std::size_t>(201, 50));
    for (Layer& layer : net.layers) layer.values.assign(layer.pattern.edges(), 1.0F);
    CHECK(path_kernel_trace(net)[0].log10() == Approx(201 * std::log10(50.0)).epsilon(1e-13));
    CHECK_THAT(measured("path_kernel_trace", net).network.reason(), Contains("larger"));
    for (Layer& layer : net.layers) layer.values.assign(layer.pattern.edges(), 1e-10F);
    CHECK_THAT(measured("path_kernel_trace", net).layers[0].reason(), Contains("smaller"));
    net.layers[7].values[3] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(path_kernel_trace(net), NumericError);
    CHECK_THROWS_WITH(path_kernel_trace(net), Contains("'layer7'"));

    net.layers[7].values.clear();
    CHECK_THAT(measured("path_kernel_trace", net).network.reason(), Contains("no weights"));
}

}  // namespace espalier::topology
