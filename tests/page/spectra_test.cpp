#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>

#include <espalier/page/spectra.hpp>

#include "page/made_runs.hpp"
#include "support.hpp"

namespace espalier::page {
using namespace testing;
namespace {

Course course_of_masks(const std::vector<Pattern>& masks) {
    topology::Topology network{.label = "t", .layers = {}};
    for (const Pattern& mask : masks) network.layers.push_back(one_layer(mask).layers.front());
    return {.runs = {0}, .names = {"end"}, .at = {{network}}, .left_out = {}};
}

}  // namespace

TEST_CASE("spectra: the second singular value against the bound", "[page][spectra]") {
    CHECK(
        spectrum_sentence({{10.3, 5.34, 1.0}, 4.98, 5.34}, "fc1") ==
        "The largest singular value of fc1 is 10.3; the second, 5.34, lies 0.36 above the Ramanujan bound of 4.98: no "
        "Ramanujan graph.");
    CHECK(spectrum_sentence({{10.3, 4.5, 1.0}, 5.0, 4.5}, "fc1") ==
          "The largest singular value of fc1 is 10.3; the second, 4.5, lies 0.5 below the Ramanujan bound of 5: as a "
          "Ramanujan graph has it.");
}

TEST_CASE("spectra: what is not defined says why", "[page][spectra]") {
    const double none = std::nan("");
    CHECK(spectrum_sentence({{2.0}, none, none, "mean degree of the inputs below 3"}, "fc1") ==
          "The largest singular value of fc1 is 2; no Ramanujan bound: mean degree of the inputs below 3.");
    CHECK(spectrum_sentence({{}, none, none, "the decomposition would take too long"}, "fc1") ==
          "No singular values of fc1: the decomposition would take too long.");
}

TEST_CASE("spectra: decompositions that would take long are left out, and said", "[page][spectra]") {
    // One layer is beyond the limit by itself; the small one before it is decomposed.
    const auto side = static_cast<std::size_t>(std::cbrt(most_spectral_work)) + 1;
    std::vector<std::string> left_out;
    const Course course = course_of_masks({pattern({{1, 1}, {0, 1}}), Pattern::empty(side, side)});
    const Json json = spectra_json(course, {0}, measure_spectra(course, {0}, left_out, tell_nobody));
    CHECK(!json["spectra"][0][0]["bars"].empty());
    CHECK(json["spectra"][0][1]["bars"].empty());
    CHECK(json["spectra"][0][1]["seen"] == "No singular values of fc1: the decomposition would take too long.");
    CHECK(left_out == std::vector<std::string>{"singular values of fc1: they would take minutes"});
}

TEST_CASE("spectra: a layer too wide for the metric says so", "[page][spectra]") {
    std::vector<std::string> left_out;
    std::vector<std::uint64_t> offsets(2050);
    std::vector<std::uint32_t> diagonal(2049);
    std::iota(offsets.begin(), offsets.end(), 0U);
    std::iota(diagonal.begin(), diagonal.end(), 0U);
    const Pattern mask(2049, 2049, offsets, diagonal);
    const Course course = course_of_masks({mask});
    const Json json = spectra_json(course, {0}, measure_spectra(course, {0}, left_out, tell_nobody));
    CHECK(left_out.empty());
    CHECK_THAT(json["spectra"][0][0]["seen"].get<std::string>(),
               Contains("No singular values of fc1: ") && Contains("2048"));
}

}  // namespace espalier::page
