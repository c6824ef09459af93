#include <espalier/topology/graph/random_layer.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("random layer: as many edges, the same weights", "[topology]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const double density : {0.0, 0.1, 0.5, 0.9, 1.0}) {
        Layer drawn = layer("fc", random_pattern(30, 20, density, stream));
        for (std::size_t k = 0; k < drawn.pattern.edges(); ++k) drawn.values.push_back(static_cast<float>(k));
        Layer other = random_layer_like(drawn, stream);
        CHECK(other.name == "fc");
        CHECK(other.shape == drawn.shape);
        CHECK(other.pattern.edges() == drawn.pattern.edges());
        CHECK(other.pattern.rows() == 30);
        std::ranges::sort(other.values);
        CHECK(other.values == drawn.values);
    }
}

TEST_CASE("random layer: a block-diagonal graph stays one", "[topology]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Layer given = layer("depthwise", pattern({{1, 1, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 1}, {0, 0, 1, 0}}));
    given.blocks = 2;
    std::vector<int> count(16, 0);
    for (int k = 0; k < 200; ++k) {
        const Layer drawn = random_layer_like(given, stream);
        CHECK(drawn.blocks == 2);
        CHECK(drawn.pattern.edges() == 6);
        for (const std::uint64_t position : drawn.pattern.flat()) ++count[position];
    }
    for (const std::size_t inside : {0, 1, 4, 5, 10, 11, 14, 15}) CHECK(count[inside] > 100);
    for (const std::size_t outside : {2, 3, 6, 7, 8, 9, 12, 13}) CHECK(count[outside] == 0);
}

TEST_CASE("random layer: every position equally likely", "[topology]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Layer few = layer("l", pattern({{1, 1, 0, 0}, {0, 0, 0, 0}}));
    const Layer many = layer("l", pattern({{1, 1, 1, 1}, {0, 0, 1, 1}}));
    constexpr int draws = 4000;
    for (const Layer& given : {few, many}) {
        std::vector<int> count(8, 0);
        for (int k = 0; k < draws; ++k) {
            for (const std::uint64_t position : random_layer_like(given, stream).pattern.flat()) ++count[position];
        }
        const double share = static_cast<double>(given.pattern.edges()) / 8;
        for (const int seen : count) CHECK(std::abs(seen - draws * share) < 5 * std::sqrt(draws * share * (1 - share)));
    }
}

}  // namespace espalier::topology
