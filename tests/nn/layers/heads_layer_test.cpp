#include <cmath>

#include <espalier/nn/layers/heads_layer.hpp>

#include "nn/gradient_check.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

/// What a layer makes of one input, not in training.
kernels::Activations<double> answered(Layer<double>& layer, const kernels::Activations<double>& in) {
    kernels::Activations<double> out(layer.outputs(), in.view().lanes);
    Cache<double> cache;
    const kernels::View<const double> view = in.view();
    layer.forward_node({&view, 1}, out.view(), cache, {});
    return out;
}

}  // namespace

TEST_CASE("heads layer: gradients of putting heads together and of both ways to make one answer of them", "[nn]") {
    INFO(seed_text());
    Heads<double> heads("heads", 5, 3);
    CHECK(heads.arity() == 3);
    CHECK(heads.outputs() == 15);
    check_gradients(heads, 17, test_stream());
    for (const bool of_probabilities : {false, true}) {
        HeadMean<double> mean("head_mean", 5, 3, of_probabilities);
        CHECK(mean.is_of_evaluation());
        CHECK(mean.outputs() == 5);
        check_gradients(mean, 17, test_stream());
    }
}

TEST_CASE("heads layer: heads lie one below the other, means are those of logits or of probabilities", "[nn]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto first = random_activations<double>(2, 3, stream);
    const auto second = random_activations<double>(2, 3, stream);
    Heads<double> heads("heads", 2, 2);
    kernels::Activations<double> both(4, 3);
    Cache<double> cache;
    const kernels::View<const double> inputs[] = {first.view(), second.view()};
    heads.forward_node(inputs, both.view(), cache, {});
    HeadMean<double> of_logits("head_mean", 2, 2, false);
    HeadMean<double> of_probabilities("head_mean", 2, 2, true);
    const auto logits = answered(of_logits, both);
    const auto logarithms = answered(of_probabilities, both);
    for (std::size_t lane = 0; lane < 3; ++lane) {
        const auto of = [&](const kernels::Activations<double>& head, std::size_t c) {
            return head.view().row(c)[lane];
        };
        const auto share = [&](const kernels::Activations<double>& head, std::size_t c) {
            return std::exp(of(head, c)) / (std::exp(of(head, 0)) + std::exp(of(head, 1)));
        };
        for (std::size_t c = 0; c < 2; ++c) {
            CHECK(of(both, c) == of(first, c));
            CHECK(of(both, 2 + c) == of(second, c));
            CHECK(std::abs(of(logits, c) - (of(first, c) + of(second, c)) / 2.0) < 1e-15);
            CHECK(std::abs(std::exp(of(logarithms, c)) - (share(first, c) + share(second, c)) / 2.0) < 1e-15);
        }
    }
}

TEST_CASE("heads layer: the logarithm of a probability that no head gives stays finite", "[nn]") {
    kernels::Activations<double> in(4, 1);
    in.view().row(0)[0] = 2000.0;
    in.view().row(2)[0] = 3000.0;
    HeadMean<double> mean("head_mean", 2, 2, true);
    const auto out = answered(mean, in);
    CHECK(out.view().row(0)[0] == 0.0);
    CHECK(std::isfinite(out.view().row(1)[0]));
}

}  // namespace espalier::nn
