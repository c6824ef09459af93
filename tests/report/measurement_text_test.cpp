#include <nlohmann/json.hpp>

#include <espalier/report/measurement_text.hpp>

#include "support.hpp"

namespace espalier::report {
using namespace testing;
using topology::MetricValue;

namespace {

/// Two layers, the first without what is asked of it.
Measured half_defined() {
    const topology::Layer layer{"fc", {1, 1}, Pattern::full(1, 1), {}};
    const MetricValue object = MetricValue::Fields{{"gap", 2.0}, {"curve", MetricValue::Numbers{1, 2}}};
    Measured measured{{.label = "net", .layers = {layer, layer}}, {}};
    measured.results = {{"score", {{MetricValue::undefined("too small"), object}, object}},
                        {"score_null", {{1.0, 1.0}, 1.0}},
                        {"edges", {{1.0, 1.0}, 2.0}}};
    return measured;
}

}  // namespace

TEST_CASE("measurement text: fields stand together, an object undefined in one layer is no row",
          "[cli][measurement_text]") {
    const std::string text = in_words(half_defined());
    CHECK_THAT(text, Contains("score.gap") && !Contains("score  ") && !Contains("curve"));
    CHECK(text.find("score.gap") < text.find("score_null"));
    CHECK(text.find("score_null") < text.find("edges"));
    CHECK_THAT(text, Contains("\n- score in fc: too small\n"));
}

TEST_CASE("measurement text: CSV and JSON hold lists, JSON the reason", "[cli][measurement_text]") {
    CHECK_THAT(as_csv({half_defined()}),
               Contains("net,network,score.curve.1,2,\n") && Contains("net,fc,score,,too small\n"));
    const Json json = to_json(half_defined());
    CHECK(json["layers"][0]["score"].is_null());
    CHECK(json["layers"][0]["score_reason"] == "too small");
    CHECK(json["network"]["score"]["curve"] == Json::array({1, 2}));
}

}  // namespace espalier::report
