#include <set>

#include <espalier/topology/structure/compatibility.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("compatibility: the worked example", "[topology][compatibility]") {
    const std::vector<MetricValue> values = measured("compatibility", worked_example()).layers;
    CHECK(values[0].is_undefined());
    CHECK(values[1].number() == Approx(2.0 / 3));
}

TEST_CASE("compatibility: agrees with sets of neurons", "[topology][compatibility]") {
    for_tiny_networks(200, [](const Topology& net) {
        const std::vector<MetricValue> values = measured("compatibility", net).layers;
        for (std::size_t k = 1; k < net.layers.size(); ++k) {
            std::set<std::size_t> fed, passing;
            const Pattern& before = net.layers[k - 1].pattern;
            const Pattern& after = net.layers[k].pattern;
            for (std::size_t j = 0; j < before.rows(); ++j) {
                if (!before.row(j).empty()) fed.insert(j);
            }
            for (std::size_t to = 0; to < after.rows(); ++to) {
                for (const std::uint32_t input : after.row(to)) {
                    if (fed.contains(input / block_of(net, k))) passing.insert(input / block_of(net, k));
                }
            }
            const double expected =
                passing.empty() ? 0 : static_cast<double>(passing.size()) / static_cast<double>(fed.size());
            CHECK(values[k].number() == Approx(expected));
        }
    });
}

TEST_CASE("compatibility: 0 where a layer has no edges, 1 where dense", "[topology][compatibility]") {
    CHECK(measured("compatibility", network("e", {Pattern::full(3, 4), Pattern::empty(2, 3)})).layers[1].number() == 0);
    CHECK(measured("compatibility", network("e", {Pattern::empty(3, 4), Pattern::full(2, 3)})).layers[1].number() == 0);
    CHECK(measured("compatibility", dense_network({4, 3, 2})).layers[1].number() == 1);
}

}  // namespace espalier::topology
