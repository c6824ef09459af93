#include <espalier/kernels/objectives.hpp>
#include <espalier/plugin/adopt.hpp>
#include <espalier/plugin/views.hpp>
#include <espalier/sparsity/rules/rules.hpp>
#include <espalier/topology/registry.hpp>

#include "support.hpp"

namespace espalier::plugin {
using namespace testing;
namespace {

sparsity::DropContext drop_context(const Pattern& mask, const std::vector<float>& values) {
    return {mask, values, values, {}, 0.3, {}, test_stream()};
}

TEST_CASE("a plug-in's layer is the pattern, a full one too", "[plugin]") {
    for (const Pattern& mask : {pattern({{1, 0, 1}, {0, 0, 0}, {1, 1, 1}}), Pattern::full(2, 3)}) {
        const LayerOf layer(mask, nullptr, "fc1");
        const LayerView view = layer.view();
        CHECK(view.edges() == mask.edges());
        CHECK(view.outputs == mask.rows());
        CHECK(view.inputs == mask.cols());
        CHECK(std::string(view.name) == "fc1");
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            const std::vector<std::uint32_t> kept(view.indices + view.offsets[row],
                                                  view.indices + view.offsets[row + 1]);
            CHECK(std::ranges::equal(kept, mask.row(row)));
        }
    }
}

TEST_CASE("a drop rule of a plug-in that does what magnitude does scores alike", "[plugin]") {
    adopt_drop_rule({"own_magnitude", "", ""}, [](const DropQuestion& asked, std::span<float> scores) {
        for (std::size_t k = 0; k < scores.size(); ++k) scores[k] = std::abs(asked.layer.values[k]);
        CHECK(asked.fraction == 0.3);
        CHECK(asked.gradient[0] == asked.layer.values[0]);
    });
    const Pattern mask = pattern({{1, 0, 1}, {0, 1, 1}});
    const std::vector<float> values{0.5F, -2.0F, 0.0F, 1.0F};
    std::vector<float> own(4), built_in(4);
    find_named(sparsity::drop_rules(), "own_magnitude", "rule").score(drop_context(mask, values), own);
    find_named(sparsity::drop_rules(), "magnitude", "rule").score(drop_context(mask, values), built_in);
    CHECK(own == built_in);
}

TEST_CASE("a grow rule of a plug-in that does what gradient does chooses alike", "[plugin]") {
    adopt_grow_rule({"own_gradient", "", ""}, true,
                    [](const GrowQuestion&, const RowsView& rows, std::span<float> scores) {
                        for (std::size_t k = 0; k < scores.size(); ++k) scores[k] = std::abs(rows.gradient[k]);
                    });
    Stream stream = test_stream();
    const std::vector<double> drawn = random_values(60 * 40, stream);
    const sparsity::PositionRows gradient = [&](std::size_t first, std::size_t count, std::span<float> rows) {
        for (std::size_t k = 0; k < count * 40; ++k) rows[k] = static_cast<float>(drawn[first * 40 + k]);
    };
    const std::vector<std::uint64_t> places{3, 77, 500, 501, 2399};
    const Pattern taken = Pattern::from_flat(60, 40, places);
    const sparsity::GrowContext context{.before = taken, .taken = taken, .rows = gradient, .stream = test_stream()};
    const auto chosen = [&](const std::string& name) {
        return find_named(sparsity::grow_rules(), name, "rule").choose(context, 100);
    };
    CHECK(chosen("own_gradient") == chosen("gradient"));
    CHECK(chosen("own_gradient").edges() == 100);
}

TEST_CASE("a loss of a plug-in: the sum is the program's, its gradient becomes that of the mean", "[plugin]") {
    adopt_loss({"linear", "", ""}, [](const LossQuestion& asked) {
        double sum = 0.0;
        for (std::size_t b = 0; b < asked.samples; ++b) {
            for (std::size_t c = 0; c < asked.classes; ++c) {
                sum += asked.outputs[c * asked.stride + b];
                if (asked.gradient != nullptr) asked.gradient[c * asked.stride + b] = 1.0F;
            }
        }
        return sum;
    });
    kernels::Activations<float> outputs(3, 5), gradient(3, 5);
    for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t b = 0; b < 5; ++b) outputs.view().row(c)[b] = c == b % 3 ? 1.0F : 0.0F;
    }
    const std::vector<std::uint32_t> labels{0, 1, 0, 0, 2};
    const kernels::Objective& loss = find_named(kernels::objectives(), "linear", "loss");
    const kernels::LossSum sum = loss.loss(outputs.view(), {}, labels, gradient.view(), 0.0);
    CHECK(sum.loss == 5.0);
    CHECK(sum.correct == 3);
    CHECK(gradient.view().row(1)[4] == 0.2F);
    CHECK(gradient.view().row(1)[5] == 0.0F);
    CHECK(loss.loss(outputs.view(), {}, labels, {}, 0.0).correct == 3);
}

TEST_CASE("a metric of a plug-in: the network is the mean of its layers unless it says otherwise", "[plugin]") {
    adopt_metric({"half_edges", "", ""}, [](const NetworkView& network, std::span<double> of_layers, double&) {
        for (std::size_t l = 1; l < network.count; ++l)
            of_layers[l] = 0.5 * static_cast<double>(network.layers[l].edges());
    });
    const topology::Topology net{
        "net",
        {{"a", {1, 2}, pattern({{1, 1}}), {}}, {"b", {1, 1}, pattern({{1}}), {}}, {"c", {1, 1}, pattern({{0}}), {}}}};
    const topology::MetricResult result = topology::measure(topology::find_metric("half_edges"), net);
    CHECK(result.layers[0].is_undefined());
    CHECK(result.layers[1].number() == 0.5);
    CHECK(result.network.number() == 0.25);
}

TEST_CASE("what a plug-in's function throws names it", "[plugin]") {
    adopt_distance({"broken", "", ""}, [](const NetworkView&, const NetworkView&, std::span<double>) {
        throw std::runtime_error("out of ideas");
    });
    const topology::Topology net{"net", {{"a", {1, 2}, pattern({{1, 1}}), {}}}};
    CHECK_THROWS_WITH(topology::measure(topology::find_distance("broken"), net, net),
                      Contains("distance 'broken': out of ideas"));
    const topology::Topology other{"other", {{"a", {1, 1}, pattern({{1}}), {}}}};
    CHECK_THROWS_AS(topology::measure(topology::find_distance("broken"), net, other), FormatError);
    CHECK_THROWS_WITH(adopt_metric({"density", "", ""}, {}), Contains("of this name"));
    CHECK_THROWS_WITH(adopt_metric({"evolution", "", ""}, {}), Contains("series"));
    CHECK_THROWS_WITH(adopt_loss({"default", "", ""}, {}), Contains("default"));
    CHECK_THROWS_WITH(adopt_callback({"Not a name", "", ""}, {}), Contains("no possible name"));
}

}  // namespace
}  // namespace espalier::plugin
