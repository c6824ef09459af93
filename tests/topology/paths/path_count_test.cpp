#include <espalier/topology/paths/path_count.hpp>

#include "topology/all_paths.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("path count: agrees with listing all paths", "[topology][path_count]") {
    for_tiny_networks(300, [](const Topology& net) {
        const auto count = static_cast<double>(all_paths(net).size());
        CHECK(path_count(LayerGraph(net)).to_double() == count);
        CHECK(exact_path_count(LayerGraph(net)) == all_paths(net).size());
    });
}

TEST_CASE("path count: of each neuron, both ways", "[topology][path_count]") {
    const Topology net = worked_example();
    const auto here = paths_from_input(LayerGraph(net));
    const auto onwards = paths_to_output(LayerGraph(net));
    const auto numbers = [](const std::vector<ScaledNumber>& level) {
        std::vector<double> all;
        for (const ScaledNumber& number : level) all.push_back(number.to_double());
        return all;
    };
    CHECK(numbers(here.outputs[0]) == std::vector<double>{2, 2, 3});
    CHECK(numbers(here.outputs[1]) == std::vector<double>{4, 2});
    CHECK(numbers(onwards.outputs[0]) == std::vector<double>{1, 2, 0});
    CHECK(numbers(onwards.inputs[0]) == std::vector<double>{3, 2, 1, 0});
}

TEST_CASE("path count: a dense network has the product of its widths", "[topology][path_count]") {
    CHECK(path_count(LayerGraph(dense_network({7, 5, 3, 2}))).to_double() == 210);
    const Topology deep = dense_network({300, 200, 300, 200, 300, 200, 300, 200, 300, 200});
    boost::multiprecision::cpp_int product = 1;
    for (int k = 0; k < 5; ++k) product *= 60'000;
    CHECK(exact_path_count(LayerGraph(deep)) == product);
    CHECK(path_count(LayerGraph(deep)).to_double() == Approx(product.convert_to<double>()).epsilon(1e-14));
}

TEST_CASE("path count: neurons few paths reach but very many leave are not lost", "[topology][path_count]") {
    // One neuron gathers 2^1200 paths and ends; the other, reached once, leads on to 2^1200.
    //   layers 0..1199: a pair of neurons each, first half doubling neuron 0, second half doubling neuron 1
    std::vector<Pattern> patterns;
    for (int k = 0; k < 1200; ++k) patterns.push_back(pattern({{1, 1, 0}, {1, 1, 0}, {0, 0, 1}}));
    patterns.push_back(pattern({{0, 0, 1}, {0, 0, 1}}));
    for (int k = 0; k < 1200; ++k) patterns.push_back(pattern({{1, 1}, {1, 1}}));
    const Topology net = network("two ways", std::move(patterns));
    boost::multiprecision::cpp_int expected = 1;
    expected <<= 1201;
    CHECK(exact_path_count(LayerGraph(net)) == expected);
    CHECK(path_count(LayerGraph(net)).log10() == Approx(1201 * std::log10(2.0)).epsilon(1e-13));
    CHECK(paths_from_input(LayerGraph(net)).outputs[1199][0].log10() == Approx(1200 * std::log10(2.0)).epsilon(1e-13));
}

TEST_CASE("path count: with biases every neuron adds one", "[topology][path_count]") {
    // worked example: hidden 3, 3, 4; outputs 7, 4
    const Topology net = worked_example();
    CHECK(path_count(LayerGraph(net), true).to_double() == 11);
    CHECK(exact_path_count(LayerGraph(net), true) == 11);
    const Topology collapsed = network("collapsed", {Pattern::empty(2, 3), Pattern::full(2, 2)});
    CHECK(path_count(LayerGraph(collapsed)).is_zero());
    CHECK(path_count(LayerGraph(collapsed), true).to_double() == 6);
}

TEST_CASE("path count: no layers, no inputs, no outputs", "[topology][path_count]") {
    const Topology none{"none", {}};
    CHECK(path_count(LayerGraph(none)).is_zero());
    CHECK(paths_from_input(LayerGraph(none)).inputs.empty());
    CHECK(path_count(LayerGraph(network("no inputs", {Pattern::empty(2, 0)}))).is_zero());
    CHECK(path_count(LayerGraph(network("no outputs", {Pattern::empty(0, 2)}))).is_zero());
}

}  // namespace espalier::topology
