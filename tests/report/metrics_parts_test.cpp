#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/measurement_text.hpp>
#include <espalier/report/metrics_parts.hpp>

#include "support.hpp"

namespace espalier::report {
using namespace testing;

namespace {

Measured measured(const std::string& label, double edges) {
    const topology::Layer layer{"fc", {1, 1}, Pattern::full(1, 1), {}};
    return {{.label = label, .layers = {layer}}, {{"edges", {{edges}, edges}}}};
}

std::string told(const std::vector<Measured>& all, MetricsForm form) {
    MetricsText text(form);
    for (const Measured& one : all) text.add(form_of(one, form));
    return text.text();
}

}  // namespace

TEST_CASE("metrics parts: told one by one as all together", "[report][metrics_parts]") {
    const std::vector<Measured> all = {measured("a", 1), measured("b", 2), measured("c", 3)};
    Json list = Json::array();
    for (const Measured& one : all) list.push_back(to_json(one));
    CHECK(told(all, MetricsForm::json) == document(list));
    CHECK(told(all, MetricsForm::csv) == as_csv(all));
    CHECK(told(all, MetricsForm::words) == in_words(all[0]) + "\n" + in_words(all[1]) + "\n" + in_words(all[2]));
    CHECK(told({}, MetricsForm::json) == document(Json::array()));
}

TEST_CASE("metrics parts: kept in any order, read in theirs", "[report][metrics_parts]") {
    const TemporaryFolder folder;
    const std::vector<Measured> all = {measured("a", 1), measured("b", 2), measured("c", 3)};
    const MetricsParts parts(folder / "work", {"metrics", "of abc"}, all.size());
    parts.begin();
    for (const std::size_t part : {2, 0, 1}) {
        CHECK_FALSE(parts.has(part));
        parts.write(part, all[part]);
        CHECK(parts.has(part));
    }
    for (const MetricsForm form : {MetricsForm::json, MetricsForm::csv, MetricsForm::words}) {
        CHECK(parts.text(form) == told(all, form));
    }
    std::ofstream(folder / "work/part-000001.json") << R"({"topology": )";
    CHECK_THROWS_WITH(parts.text(MetricsForm::json), Contains("part-000001.json: is no JSON; remove it"));
    std::filesystem::remove(folder / "work/part-000001.csv");
    CHECK_FALSE(parts.has(1));
    CHECK_THROWS_AS(parts.text(MetricsForm::csv), IoError);
}

}  // namespace espalier::report
