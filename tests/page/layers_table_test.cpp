#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/page/layers_table.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

const Pattern full = pattern({{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}});
const Pattern sparse = pattern({{1, 1, 0, 0}, {0, 0, 0, 0}, {1, 0, 0, 0}, {1, 0, 1, 0}});

Json table_of(const Course& course, const std::vector<std::size_t>& chosen, std::vector<std::string>& left_out) {
    return layers_table(course, chosen, measure_spectra(course, chosen, left_out, tell_nobody), left_out);
}

Json cell(const Json& table, std::size_t row, const std::string& name) {
    for (std::size_t k = 0; k < table["columns"].size(); ++k) {
        if (table["columns"][k]["name"] == name) return table["rows"][row][k];
    }
    return "no such column";
}

}  // namespace

TEST_CASE("layers_table: a row a layer of a run, with its distance to the first", "[page][layers_table]") {
    const Course course{
        .runs = {0, 1}, .names = {"end"}, .at = {{one_layer(full, "a s0"), one_layer(sparse, "b s0")}}, .left_out = {}};
    std::vector<std::string> left_out;
    const Json table = table_of(course, {0, 1}, left_out);
    REQUIRE(table["rows"].size() == 2);
    CHECK(cell(table, 0, "run") == "a s0");
    CHECK(cell(table, 0, "layer") == "fc1");
    CHECK(cell(table, 0, "shape") == "4 \u00d7 4");
    CHECK(cell(table, 0, "edges") == 16);
    CHECK(cell(table, 0, "\u03c3\u2081").get<double>() == Approx(4.0));
    CHECK(cell(table, 0, "\u03c3\u2082").get<double>() == Approx(0.0).margin(1e-4));
    CHECK(cell(table, 0, "Ramanujan bound").get<double>() == Approx(2.0 * std::sqrt(3.0)).epsilon(1e-4));
    CHECK(cell(table, 0, "gap").get<double>() == Approx(2.0 * std::sqrt(3.0)).epsilon(1e-3));
    CHECK(cell(table, 1, "density").get<double>() == Approx(5.0 / 16.0));
    CHECK(cell(table, 1, "dead outputs") == 1);
    CHECK(cell(table, 1, "dead inputs") == 1);
    CHECK_THAT(cell(table, 1, "gap").get<std::string>(), Contains("undefined: ") && Contains("3"));
    CHECK(cell(table, 0, "NNSTD to a s0") == 0);
    CHECK(cell(table, 1, "NNSTD to a s0").get<double>() > 0.5);
    CHECK(table["sentence"] == "Of 2 layers, 1 within the Ramanujan bound and 0 beyond it; of 1 it is not defined.");
    CHECK(left_out.empty());
}

TEST_CASE("layers_table: of one run the distance to its start, where it has one", "[page][layers_table]") {
    Course course{.runs = {0},
                  .names = {"start", "end"},
                  .at = {{one_layer(full, "a s0")}, {one_layer(sparse, "a s0")}},
                  .left_out = {}};
    std::vector<std::string> left_out;
    CHECK(cell(table_of(course, {0}, left_out), 0, "NNSTD to its start").get<double>() > 0.5);
    course.single = {1};
    CHECK(cell(table_of(course, {0}, left_out), 0, "NNSTD to its start") == "no such column");
}

TEST_CASE("layers_table: distances that would take minutes are left out, and said", "[page][layers_table]") {
    const topology::Topology large = one_layer(Pattern::empty(15'000, 1));
    const Course course{.runs = {0, 1}, .names = {"end"}, .at = {{large, large}}, .left_out = {}};
    std::vector<std::string> left_out;
    const Json table = table_of(course, {0, 1}, left_out);
    CHECK(table["rows"].size() == 2);
    CHECK(left_out.back() == "distances in the table of layers: they would take minutes");
}

}  // namespace espalier::page
