#include <cmath>

#include <espalier/topology/graph/degree.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("degree: both sides of a drawn layer", "[topology][degree]") {
    //        inputs 0 1 2 3     fan-in
    // output 0:     x x . .     2
    // output 1:     x . . .     1
    // output 2:     . . . .     0
    // fan-out       2 1 0 0
    const Layer drawn = layer("l", pattern({{1, 1, 0, 0}, {1, 0, 0, 0}, {0, 0, 0, 0}}));
    const MetricValue value = degree_metric(drawn);
    const MetricValue& inputs = *value.find("inputs");
    CHECK(inputs.find("mean")->number() == 0.75);
    CHECK(inputs.find("min")->number() == 0);
    CHECK(inputs.find("max")->number() == 2);
    CHECK(inputs.find("std")->number() == Approx(std::sqrt(5.0 / 4.0 - 0.75 * 0.75)));
    CHECK(inputs.find("dead")->number() == 2);
    const MetricValue& outputs = *value.find("outputs");
    CHECK(outputs.find("mean")->number() == 1);
    CHECK(outputs.find("std")->number() == Approx(std::sqrt(2.0 / 3.0)));
    CHECK(outputs.find("dead")->number() == 1);
}

TEST_CASE("degree: both sides sum to the edges", "[topology][degree]") {
    INFO(seed_text());
    for (const auto& [a, b] : random_pattern_pairs(100, 30)) {
        const auto in = input_degrees(a);
        const auto out = output_degrees(a);
        CHECK(std::accumulate(in.begin(), in.end(), std::size_t{0}) == a.edges());
        CHECK(std::accumulate(out.begin(), out.end(), std::size_t{0}) == a.edges());
        CHECK(in == output_degrees(a.transposed()));
    }
}

TEST_CASE("degree: how unequal they are", "[topology][degree]") {
    // degrees 0 0 1 3: mean 1, variance (1 + 1 + 0 + 4) / 4, Gini (-3 0 - 0 + 1 + 3 3) / (4 4), two of one kind
    const std::vector<std::uint32_t> degrees = {1, 0, 3, 0};
    CHECK(degree_histogram(degrees) == std::vector<std::uint64_t>{2, 1, 0, 1});
    const DegreeStatistics statistics = degree_statistics(degrees);
    CHECK(statistics.gini == Approx(10.0 / 16.0));
    CHECK(statistics.entropy == Approx(1.5 * std::log(2.0)));
    const MetricValue value = degree_metric(layer("l", pattern({{0, 0, 1, 0}, {0, 0, 1, 0}, {1, 0, 1, 0}})));
    const MetricValue& inputs = *value.find("inputs");
    CHECK(inputs.find("variance")->number() == Approx(1.5));
    CHECK(inputs.find("variation")->number() == Approx(std::sqrt(1.5)));
    CHECK(inputs.find("gini")->number() == Approx(10.0 / 16.0));
    CHECK(inputs.find("mean_nonzero")->number() == 2);
    CHECK(inputs.find("histogram")->list() == std::vector<double>{2, 1, 0, 1});
    CHECK(value.find("outputs")->find("gini")->number() == Approx(1.0 / 6.0));
}

TEST_CASE("degree: a Bernoulli mask has binomial degrees", "[topology][degree]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const double density = 0.1;
    const DegreeStatistics fan_in = degree_statistics(output_degrees(random_pattern(2000, 500, density, stream)));
    CHECK(fan_in.mean == Approx(500 * density).margin(0.75));  // 5 standard errors
    CHECK(fan_in.std * fan_in.std == Approx(500 * density * (1 - density)).epsilon(0.16));
}

TEST_CASE("degree: without edges ratios are undefined, the rest is 0", "[topology][degree]") {
    const MetricValue value = degree_metric(layer("l", pattern({{0, 0, 0}})));
    const MetricValue& inputs = *value.find("inputs");
    CHECK(inputs.find("variation")->reason() == "no edges");
    CHECK(inputs.find("mean_nonzero")->reason() == "no edges");
    CHECK(inputs.find("gini")->number() == 0);
    CHECK(inputs.find("entropy")->number() == 0);
    CHECK(inputs.find("histogram")->list() == std::vector<double>{3});
}

TEST_CASE("degree: a side without neurons has none", "[topology][degree]") {
    const MetricValue value = degree_metric(layer("l", Pattern::full(0, 3)));
    CHECK(value.find("outputs")->is_undefined());
    CHECK(value.find("inputs")->find("dead")->number() == 3);
}

}  // namespace espalier::topology
