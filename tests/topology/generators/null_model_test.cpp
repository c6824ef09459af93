#include <cmath>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/generators/null_model.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

MetricResult compared(const std::string& name, const Topology& topology, const NullModelOptions& options = {}) {
    const Metric& metric = find_metric(name);
    const Settings settings = settings_of(metric);
    const std::vector<MetricRequest> requests{{&metric, &settings}};
    const std::vector<MetricResult> observed{measure(metric, topology)};
    return against_null_model(requests, observed, topology, options).front();
}

/// Two complete blocks on the diagonal, [2 side x 2 side].
Pattern two_blocks(std::size_t side) {
    std::vector<std::uint64_t> flat;
    for (std::size_t row = 0; row < 2 * side; ++row) {
        for (std::size_t col = 0; col < 2 * side; ++col) {
            if (row / side == col / side) flat.push_back(row * 2 * side + col);
        }
    }
    return Pattern::from_flat(2 * side, 2 * side, flat);
}

std::string as_text(const MetricValue& value) {
    if (value.is_undefined()) return value.reason();
    if (value.is_number()) return std::to_string(value.number());
    std::string text;
    for (const auto& [name, field] : value.fields()) text += name + " " + as_text(field) + "\n";
    return text;
}

}  // namespace

TEST_CASE("null statistics by hand", "[topology][null]") {
    const std::vector<MetricValue> drawn{1.0, 2.0, MetricValue::undefined("none"), 6.0};
    const std::vector<const MetricValue*> samples{&drawn[0], &drawn[1], &drawn[2], &drawn[3]};
    const MetricValue value = null_statistics(10.0, samples);  // mean 3, sd sqrt((4 + 1 + 9) / 2)
    CHECK(value.find("samples")->number() == 4);
    CHECK(value.find("mean")->number() == Approx(3));
    CHECK(value.find("sd")->number() == Approx(std::sqrt(7.0)));
    CHECK(value.find("z")->number() == Approx(7 / std::sqrt(7.0)));
    CHECK(null_statistics(MetricValue::undefined("empty"), samples).find("z")->reason() == "empty");
    CHECK_THAT(null_statistics(10.0, {&drawn[0], &drawn[2]}).find("mean")->reason(), Contains("fewer than two"));
    CHECK_THAT(null_statistics(1.0, {&drawn[0], &drawn[0]}).find("z")->reason(), Contains("sd is 0"));
    CHECK(null_statistics(1.0, {&drawn[0], &drawn[0]}).find("sd")->number() == 0.0);
}

TEST_CASE("null statistics: lists and nested fields keep their form", "[topology][null]") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    using Fields = MetricValue::Fields;
    using Numbers = MetricValue::Numbers;
    const auto value = [&](double number, Numbers list) {
        return MetricValue(Fields{{"inner", Fields{{"number", number}}}, {"list", std::move(list)}});
    };
    const MetricValue first = value(1, {0, 5, nan});
    const MetricValue second = value(3, {2, 5, nan});
    const MetricValue result = null_statistics(value(4, {3, 5, 1}), {&first, &second});
    CHECK(result.find("mean")->find("inner")->find("number")->number() == Approx(2));
    CHECK(result.find("z")->find("inner")->find("number")->number() == Approx(std::sqrt(2.0)));
    CHECK(result.find("mean")->find("list")->list()[0] == Approx(1));
    CHECK(result.find("z")->find("list")->list()[0] == Approx(std::sqrt(2.0)));
    CHECK(std::isnan(result.find("z")->find("list")->list()[1]));
    CHECK(std::isnan(result.find("mean")->find("list")->list()[2]));
}

TEST_CASE("null model: two blocks have more components than chance gives them", "[topology][null]") {
    const MetricResult result = compared("connected_components", network("blocks", {two_blocks(3), two_blocks(2)}));
    REQUIRE(result.layers.size() == 2);
    CHECK(result.layers[1].find("z")->number() > 1.5);  // two blocks of K_{2,2}: 18 of 90 graphs fall apart
    CHECK(result.network.find("z")->number() > 1.5);
    CHECK(result.layers[0].find("samples")->number() == 20);
}

TEST_CASE("null model: what the degrees fix has no z-score", "[topology][null]") {
    Stream stream = test_stream();
    const MetricResult result = compared("degree", random_network({20, 30, 10}, 0.2, stream));
    const MetricValue* z = result.layers[0].find("z")->find("inputs")->find("std");
    REQUIRE(z != nullptr);
    CHECK_THAT(z->reason(), Contains("sd is 0"));
    CHECK(result.layers[0].find("mean")->find("outputs")->find("mean")->is_number());
}

TEST_CASE("null model: a random network is no exception among its kind", "[topology][null]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const MetricResult result =
        compared("connected_components", random_network({60, 60}, 0.02, stream), {.samples = 100});
    CHECK(std::abs(result.layers[0].find("z")->number()) < 4);
}

TEST_CASE("null model: the seed decides, threads do not", "[topology][null]") {
    Stream stream = test_stream();
    const Topology subject = random_network({40, 40, 30}, 0.03, stream);
    const auto text = [&](const NullModelOptions& options) {
        return as_text(compared("connected_components", subject, options).network);
    };
    const std::string alone = text({.samples = 7, .seed = 3});
    set_threads(4);
    CHECK(text({.samples = 7, .seed = 3}) == alone);
    set_threads(1);
    CHECK(text({.samples = 7, .seed = 4}) != alone);
    CHECK_THROWS_WITH(text({.samples = 1}), Contains("at least 2 samples"));
}

TEST_CASE("null model: what has no value in the network is not measured again", "[topology][null]") {
    const Metric unfit{{"unfit", "", ""},
                       [](const Topology&, const Settings&) -> MetricResult { throw FormatError("does not chain"); }};
    const Settings settings;
    const std::vector<MetricRequest> requests{{&unfit, &settings}};
    const MetricValue none = MetricValue::undefined("does not chain");
    const auto results = against_null_model(requests, std::vector<MetricResult>{{{none}, none}},
                                            network("one", {Pattern::full(2, 2)}), {});
    CHECK(results[0].layers[0].find("z")->reason() == "does not chain");
    CHECK(results[0].network.find("mean")->reason() == "does not chain");
}

TEST_CASE("null model: layers without edges and full layers", "[topology][null]") {
    const MetricResult result =
        compared("connected_components", network("plain", {Pattern::empty(3, 4), Pattern::full(5, 3)}));
    CHECK_THAT(result.layers[0].find("z")->reason(), Contains("sd is 0"));
    CHECK(result.layers[1].find("mean")->number() == 1.0);
}

}  // namespace espalier::topology
