#include <espalier/nn/layers/linear.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;

TEST_CASE("linear: gradients for densities 1, 0.5, 0.05, one edge, no edge and empty rows", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::vector<Pattern> patterns{Pattern::full(6, 9),
                                  Pattern::from_flat(6, 9, Pattern::full(6, 9).flat()),
                                  random_pattern(6, 9, 0.5, stream),
                                  random_pattern(20, 30, 0.05, stream),
                                  Pattern::from_flat(4, 5, std::vector<std::uint64_t>{7}),
                                  Pattern::from_flat(4, 5, {})};
    for (Pattern& pattern : patterns) {
        for (const std::size_t lanes : {1, 7, 16}) {
            INFO(pattern.shape_text() << ", " << pattern.edges() << " edges, " << lanes << " lanes");
            for (const ExecutionWay way : {ExecutionWay::sparse, ExecutionWay::dense}) {
                INFO((way == ExecutionWay::dense ? "dense" : "sparse"));
                Linear<double> layer("fc", pattern, Execution(way));
                randomise(layer, stream);
                check_gradients(layer, lanes, stream);
            }
        }
    }
}

TEST_CASE("linear: a stored full pattern and a full one do the same", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Linear<float> dense("a", Pattern::full(20, 30));
    Linear<float> sparse("b", Pattern::from_flat(20, 30, Pattern::full(20, 30).flat()));
    const std::vector<double> values = random_values(600, stream);
    dense.weight().parameter().values.assign(values.begin(), values.end());
    sparse.weight().parameter().values.assign(values.begin(), values.end());
    const auto in = random_activations<float>(30, 40, stream);
    kernels::Activations<float> a(20, 40), b(20, 40);
    dense.forward(in.view(), a.view(), {});
    sparse.forward(in.view(), b.view(), {});
    for (std::size_t f = 0; f < 20; ++f) {
        for (std::size_t lane = 0; lane < 40; ++lane)
            CHECK(a.view().row(f)[lane] == Approx(b.view().row(f)[lane]).margin(1e-5));
    }
}

TEST_CASE("linear: the execution changes results by rounding only", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Crossovers half("portable", {{1}, {1}}, {std::vector{0.5}, std::vector{0.5}, std::vector{0.5}});
    const auto in = random_activations<float>(90, 40, stream);
    const auto grad_out = random_activations<float>(70, 40, stream);
    for (const double density : {0.3, 0.7}) {
        const Pattern pattern = random_pattern(70, 90, density, stream);
        const std::vector<double> values = random_values(pattern.edges(), stream);
        const auto pass = [&](const Execution& execution) {
            Linear<float> layer("fc", pattern, execution);
            layer.weight().parameter().values.assign(values.begin(), values.end());
            kernels::Activations<float> out(70, 40), grad_in(90, 40);
            layer.forward(in.view(), out.view(), {});
            layer.backward(in.view(), std::as_const(out).view(), grad_out.view(), grad_in.view(), {});
            AlignedVector<float> results = layer.weight().parameter().gradient;
            for (const auto& view : {out.view(), grad_in.view()}) {
                results.insert(results.end(), view.data, view.data + view.features * view.stride);
            }
            return results;
        };
        const auto sparse = pass(Execution(ExecutionWay::sparse));
        const auto dense = pass(Execution(ExecutionWay::dense));
        REQUIRE(sparse.size() == dense.size());
        for (std::size_t k = 0; k < sparse.size(); ++k) CHECK(sparse[k] == Approx(dense[k]).margin(1e-5));
        CHECK(sparse != dense);
        CHECK(pass(Execution(ExecutionWay::automatic, half)) == (density > 0.5 ? dense : sparse));
    }
}

}  // namespace espalier::nn
