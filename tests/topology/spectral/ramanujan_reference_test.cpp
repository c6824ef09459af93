#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/npz.hpp>
#include <espalier/topology/spectral/delta_s.hpp>
#include <espalier/topology/spectral/imdb.hpp>
#include <espalier/topology/spectral/leading_singular_values.hpp>
#include <espalier/topology/spectral/ramanujan_gap.hpp>
#include <espalier/topology/spectral/singular_values.hpp>
#include <espalier/topology/structure/connectivity_bound.hpp>

#include "home_reference.hpp"
#include "topology/graphs.hpp"

// Values of the published program, and of full decompositions: see tests/reference/README.md. Networks that the authors
// published, and the largest weights, are not part of the repository; tests that need them skip where they are not.

namespace espalier::topology {
using namespace testing;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double original = 3e-4;  // their solver works in single precision from a random start
constexpr double exact_tolerance = 1e-9;

struct ReferenceLayer {
    Layer layer;
    std::vector<double> weights;
};

/// An edge list [inputs, outputs].
ReferenceLayer read_layer(const fs::path& path) {
    const NpzFile file(path);
    const auto shape = file.read("shape").to_unsigned();
    const auto inputs = file.read("rows").to_unsigned();
    const auto outputs = file.read("cols").to_unsigned();
    std::vector<double> given;
    if (file.has("weight")) given = file.read("weight").to_doubles();
    std::vector<std::pair<std::uint64_t, double>> edges;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
        edges.emplace_back(outputs[k] * shape[0] + inputs[k], given.empty() ? 0.0 : given[k]);
    }
    std::ranges::sort(edges);
    std::vector<std::uint64_t> flat;
    std::vector<double> weights;
    for (const auto& [position, weight] : edges) {
        flat.push_back(position);
        if (!given.empty()) weights.push_back(weight);
    }
    return {layer(path.stem().string(), Pattern::from_flat(shape[1], shape[0], flat)), std::move(weights)};
}

/// The single-precision values absolutely, the exact ones in relation to their size too.
Approx within(double tolerance, double number) {
    return Approx(number).epsilon(tolerance == exact_tolerance ? tolerance : 0).margin(tolerance);
}

void check_fields(const MetricValue& value, const Json& expected, double tolerance,
                  const std::vector<std::pair<const char*, const char*>>& names) {
    for (const auto& [ours, theirs] : names) {
        INFO(ours);
        if (expected.is_null() || expected[theirs].is_null()) {
            CHECK(value.is_undefined());
        } else {
            REQUIRE(value.is_object());
            const double number = expected[theirs].get<double>();
            CHECK(value.find(ours)->number() == within(tolerance, number));
        }
    }
}

void check_scores(const Layer& layer, const Json& expected, double tolerance) {
    check_fields(ramanujan_gap_metric(layer), expected, tolerance,
                 {{"sigma_1", "t1_m"},
                  {"sigma_2", "t2_m"},
                  {"bound", "rm_ub"},
                  {"gap", "rm"},
                  {"expansion_ratio", "expansion_ratio"},
                  {"randomness", "randomness_factor"}});
    check_fields(delta_s_metric(layer), expected, tolerance, {{"bound", "sm_ub"}, {"gap", "sm"}});
}

void check_iterative(const Layer& layer, const Json& expected, double tolerance) {
    check_fields(imdb_metric(layer), expected, tolerance,
                 {{"delta_r", "mean_rm"},
                  {"delta_s", "mean_sm"},
                  {"delta_r_normalized", "mean_rm_norm"},
                  {"delta_s_normalized", "mean_sm_norm"},
                  {"subgraphs", "num_subgraphs"},
                  {"max_expansion_ratio", "max_expansion_ratio"},
                  {"mean_expansion_ratio", "mean_expansion_ratio"}});
}

void check_connectivity(const Layer& layer, const Json& expected, double tolerance) {
    const MetricValue value = connectivity_bound_metric(layer);
    if (expected.is_number()) {
        CHECK(value.number() == within(tolerance, expected.get<double>()));
    } else {
        CHECK(value.is_undefined());
    }
}

void check_spectrum(const std::vector<double>& found, const NpzFile& file, const std::string& member) {
    INFO(file.path() << " " << member);
    const std::vector<double> expected = file.read(member).to_doubles();
    REQUIRE(found.size() == expected.size());
    for (std::size_t k = 0; k < found.size(); ++k) {
        CHECK(found[k] == Approx(expected[k]).epsilon(0).margin(1e-10 * expected[0]));
    }
}

void check_leading(const Biadjacency& matrix, const NpzFile& file, const std::string& member) {
    INFO(file.path() << " " << member);
    const std::vector<double> expected = file.read(member).to_doubles();
    const std::vector<double> found = leading_singular_values(matrix, 3);
    for (std::size_t k = 0; k < 3; ++k) CHECK(found[k] == Approx(expected[k]).epsilon(exact_tolerance));
}

/// A section of the values.
Json values_of(const fs::path& reference, const char* section) {
    std::ifstream stream(reference / "ramanujan.json");
    return Json::parse(stream)[section];
}

void check_layer(const fs::path& reference, const std::string& name, const Json& expected) {
    INFO(name);
    const Layer drawn = read_layer(reference / expected["file"].get<std::string>()).layer;
    check_scores(drawn, expected["original"], original);
    check_scores(drawn, expected["float64"], exact_tolerance);
    check_iterative(drawn, expected["original_iterative"], original);
    check_iterative(drawn, expected["float64_iterative"], exact_tolerance);
    check_connectivity(drawn, expected["original_connectivity_bound"], original);
    check_connectivity(drawn, expected["float64_connectivity_bound"], exact_tolerance);
    const Json& once = expected["float64_randomness_factor_counting_each_edge_once"];
    const MetricValue counted_once = ramanujan_gap_metric(drawn, RandomnessEdges::once);
    if (once.is_number()) {
        CHECK(counted_once.find("randomness")->number() == Approx(once.get<double>()).epsilon(exact_tolerance));
    } else {
        CHECK(counted_once.is_undefined());
    }
}

/// Of the mask, and of the weights where the layer has them. Says whether it has.
bool check_spectra(const fs::path& reference, const std::string& name, const Json& expected) {
    const ReferenceLayer drawn = read_layer(reference / "ramanujan" / (name + ".npz"));
    const Pattern& pattern = drawn.layer.pattern;
    const NpzFile file(reference / "ramanujan" / ("spectrum_" + name + ".npz"));
    check_spectrum(singular_values(pattern), file, "binary");
    check_leading(Biadjacency(pattern), file, "binary");
    CHECK(numerical_rank_metric(drawn.layer).number() == expected["binary"]["rank"].get<double>());
    if (drawn.weights.empty()) return false;
    std::vector<double> absolute;
    for (const double weight : drawn.weights) absolute.push_back(std::abs(weight));
    check_spectrum(singular_values(pattern, drawn.weights), file, "weighted");
    check_spectrum(singular_values(pattern, absolute), file, "weighted_abs");
    check_leading(Biadjacency(pattern, drawn.weights), file, "weighted");
    check_leading(Biadjacency(pattern, absolute), file, "weighted_abs");
    return true;
}

}  // namespace

TEST_CASE("ramanujan: published and exact scores of random masks", "[topology][spectra][reference]") {
    const Json layers = values_of(home_reference(), "layers");
    REQUIRE(layers.size() == 9);
    for (const auto& [name, expected] : layers.items()) check_layer(home_reference(), name, expected);
}

TEST_CASE("ramanujan: published and exact scores of published networks", "[topology][spectra][reference]") {
    const auto reference = reference_folder();
    if (!reference) return skip("no reference folder");
    const Json at_home = values_of(home_reference(), "layers");
    const Json layers = values_of(*reference, "layers");
    REQUIRE(layers.size() == 11);
    for (const auto& [name, expected] : layers.items()) {
        if (!at_home.contains(name)) check_layer(*reference, name, expected);
    }
}

TEST_CASE("ramanujan: full spectra, of masks and of weights with and without signs", "[topology][spectra][reference]") {
    const Json spectra = values_of(home_reference(), "spectra");
    REQUIRE(spectra.size() == 2);
    int weighted = 0;
    for (const auto& [name, expected] : spectra.items()) {
        weighted += check_spectra(home_reference(), name, expected) ? 1 : 0;
    }
    CHECK(weighted == 1);
}

TEST_CASE("ramanujan: full spectra of published networks and of the largest weights",
          "[topology][spectra][reference]") {
    const auto reference = reference_folder();
    if (!reference) return skip("no reference folder");
    const Json spectra = values_of(*reference, "spectra");
    REQUIRE(spectra.size() == 4);
    for (const auto& [name, expected] : spectra.items()) {
        if (name != "conv_128x64x3x3_d0.05") CHECK(check_spectra(*reference, name, expected));
    }
}

}  // namespace espalier::topology
