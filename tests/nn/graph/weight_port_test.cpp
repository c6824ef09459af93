#include <espalier/base/text/error.hpp>
#include <espalier/kernels/loss.hpp>
#include <espalier/nn/graph/weight_port.hpp>
#include <espalier/nn/layers/leaky_relu_layer.hpp>
#include <espalier/nn/layers/linear.hpp>

#include "nn/gradient_check.hpp"
#include "nn/node_list.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("weight port: the dense gradient by rows and at positions is that of a dense twin", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto made_of = [&](bool is_twin) {
        NodeList<double> nodes;
        const auto shape = [&](std::size_t rows, std::size_t cols) {
            return is_twin ? Pattern::full(rows, cols) : random_pattern(rows, cols, 0.4, stream);
        };
        nodes.add(std::make_unique<Linear<double>>("fc1", shape(6, 8)));
        nodes.add(std::make_unique<LeakyRelu<double>>("relu1", "relu", 6, 0.0));
        nodes.add(std::make_unique<Linear<double>>("fc2", shape(3, 6)));
        return nodes.network();
    };
    Network<double> network = made_of(false);
    Network<double> twin = made_of(true);  // the same function with every position there
    for (std::size_t k = 0; k < network.size(); ++k) randomise(network.layer(k), stream);
    for (const std::size_t k : network.weighted_layers()) {
        const MaskedWeight<double>& weight = *network.weight(k);
        const std::vector<std::uint64_t> flat = weight.pattern().flat();
        for (std::size_t e = 0; e < flat.size(); ++e) {
            twin.weight(k)->parameter().values[flat[e]] = weight.parameter().values[e];
        }
        twin.table().of(k)[1].parameter->values = network.table().of(k)[1].parameter->values;
    }
    const auto in = random_activations<double>(8, 5, stream);
    Workspace<double> workspace;
    Workspace<double> twin_workspace;
    const Pass pass{true, 1, 1};
    for (auto [made, memory] : {std::pair{&network, &workspace}, std::pair{&twin, &twin_workspace}}) {
        memory->keep_gradients = true;
        const auto logits = made->forward(*memory, in.view(), pass);
        kernels::softmax_cross_entropy<double>(logits, std::vector<std::uint32_t>(5, 2),
                                               made->output_gradient(*memory));
        made->backward(*memory, pass);
    }
    const std::vector<WeightPort<double>> ports = weight_ports(network);
    REQUIRE(ports.size() == 2);
    CHECK(ports[0].path() == "fc1.weight");
    CHECK(ports[1].layer() == 2);
    CHECK_FALSE(ports[0].has_input_gradient());
    CHECK(ports[1].has_input_gradient());
    for (const WeightPort<double>& port : ports) {
        const AlignedVector<double>& expected = twin.weight(port.layer())->parameter().gradient;
        const std::size_t rows = port.pattern().rows();
        const std::size_t cols = port.pattern().cols();
        std::vector<double> by_rows((rows - 1) * cols);
        port.gradient_rows(workspace, 1, rows - 1, by_rows);
        for (std::size_t p = 0; p < by_rows.size(); ++p) CHECK(by_rows[p] == Approx(expected[cols + p]).margin(1e-13));
        const Pattern where = random_pattern(rows, cols, 0.5, stream);
        const std::vector<std::uint64_t> flat = where.flat();
        for (const GradientWay way : {GradientWay::sparse, GradientWay::as_trained}) {
            std::vector<double> at(where.edges());
            port.gradient_at(workspace, where, at, way);
            for (std::size_t e = 0; e < at.size(); ++e) CHECK(at[e] == Approx(expected[flat[e]]).margin(1e-13));
        }
    }
}

TEST_CASE("weight port: a layer without a masked weight refuses to be asked", "[nn]") {
    const LeakyRelu<double> relu("relu1", "relu", 6, 0.0);
    std::vector<double> out(6);
    CHECK_THROWS_WITH(relu.gradient_rows({}, {}, 0, 1, out), Contains("relu1"));
    CHECK_THROWS_WITH(relu.gradient_at({}, {}, Pattern::full(1, 6), out, GradientWay::sparse), Contains("relu1"));
}

}  // namespace espalier::nn
