#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/structure/clustering.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

/// Walks of three edges that visit four neurons, each path found from one end.
std::uint64_t three_paths_one_by_one(const Pattern& p) {
    const auto d = dense(p);
    std::uint64_t count = 0;
    for (std::size_t a = 0; a < p.rows(); ++a) {
        for (std::size_t x = 0; x < p.cols(); ++x) {
            for (std::size_t b = 0; b < p.rows(); ++b) {
                for (std::size_t y = 0; y < p.cols(); ++y) {
                    if (a == b || x == y) continue;
                    count += d[b][x] * d[a][x] * d[a][y];
                }
            }
        }
    }
    return count;
}

/// Latapy's coefficient of outputs, pair by pair.
std::optional<double> local_by_pairs(const Pattern& p) {
    double sum = 0;
    double neurons = 0;
    for (std::size_t a = 0; a < p.rows(); ++a) {
        double similarity = 0;
        double others = 0;
        for (std::size_t b = 0; b < p.rows(); ++b) {
            const std::size_t common = a == b ? 0 : count_common(p.row(a), p.row(b));
            if (common == 0) continue;
            similarity += static_cast<double>(common) / static_cast<double>(p.row(a).size() + p.row(b).size() - common);
            ++others;
        }
        if (others == 0) continue;
        sum += similarity / others;
        ++neurons;
    }
    return neurons > 0 ? std::optional(sum / neurons) : std::nullopt;
}

void check_close(const std::optional<double>& value, const std::optional<double>& expected) {
    REQUIRE(value.has_value() == expected.has_value());
    if (value) CHECK(*value == Approx(*expected).epsilon(1e-12));
}

}  // namespace

TEST_CASE("clustering: the worked examples of definitions.md 6.31", "[topology][clustering]") {
    const Pattern a = pattern({{1, 1, 0}, {0, 1, 1}, {1, 0, 1}, {0, 0, 1}});
    const Pattern b = pattern({{1, 1, 0}, {1, 1, 0}, {1, 0, 1}, {1, 0, 1}});
    CHECK(three_paths(a) == 8);
    CHECK(three_paths(b) == 16);
    CHECK(*robins_alexander(a) == 0);
    CHECK(*robins_alexander(b) == 0.5);
    CHECK(clustering_metric(layer("l", b.transposed())).number() == 0.5);
}

TEST_CASE("clustering: agrees with its definitions", "[topology][clustering]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(100, 12)) {
        CHECK(three_paths(a) == three_paths_one_by_one(a));
        const auto value = robins_alexander(a);
        if (value) CHECK((*value >= 0 && *value <= 1));
        check_close(local_clustering(a).outputs, local_by_pairs(a));
        check_close(local_clustering(a).inputs, local_by_pairs(a.transposed()));
    }
}

TEST_CASE("clustering: complete, a star, no edges", "[topology][clustering]") {
    CHECK(*robins_alexander(Pattern::full(3, 4)) == 1);
    CHECK(*local_clustering(Pattern::full(3, 4)).inputs == 1);
    const MetricValue star = clustering_metric(layer("l", pattern({{1, 1, 1}})));
    CHECK(star.reason() == "no path of three edges");
    CHECK(local_clustering_metric(layer("l", pattern({{1, 1, 1}}))).find("inputs")->number() == 1);
    CHECK(local_clustering_metric(layer("l", Pattern())).find("outputs")->reason() ==
          "no two neurons share a neighbour");
}

TEST_CASE("clustering: equal bits on two threads", "[topology][clustering]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Pattern p = random_pattern(200, 300, 0.1, stream);
    const auto alone = local_clustering(p);
    set_threads(2);
    CHECK(local_clustering(p).inputs == alone.inputs);
    CHECK(local_clustering(p).outputs == alone.outputs);
    set_threads(1);
}

}  // namespace espalier::topology
