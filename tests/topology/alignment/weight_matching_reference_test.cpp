#include <fstream>

#include <nlohmann/json.hpp>

#include <espalier/topology/alignment/weight_matching.hpp>

#include "hidden_networks.hpp"
#include "home_reference.hpp"

// Best permutations that were found without a descent: see tests/reference/README.md. Weights are whole numbers, so
// that the sums are exact.

namespace espalier::topology {
using namespace testing;
namespace {

using Json = nlohmann::json;

Json alignment_cases(const char* kind) {
    std::ifstream file(home_reference() / "alignment.json");
    return Json::parse(file)[kind];
}

/// Matrices [outputs][inputs], 0 where there is no edge; hidden units have biases.
StoredNetwork network_of_whole_numbers(const Json& json) {
    StoredNetwork stored{{.label = "drawn", .layers = {}}, {}};
    for (std::size_t l = 0; l < json["weights"].size(); ++l) {
        const auto matrix = json["weights"][l].get<std::vector<std::vector<float>>>();
        const std::size_t rows = matrix.size();
        const std::size_t cols = matrix[0].size();
        std::vector<std::uint64_t> kept;
        std::vector<float> values;
        for (std::size_t at = 0; at < rows * cols; ++at) {
            const float value = matrix[at / cols][at % cols];
            if (value == 0) continue;
            kept.push_back(at);
            values.push_back(value);
        }
        Pattern mask = kept.size() == rows * cols ? Pattern::full(rows, cols) : Pattern::from_flat(rows, cols, kept);
        const std::string name = numbered_layer(l, "fc" + std::to_string(l + 1));
        stored.topology.layers.push_back({name, {rows, cols}, std::move(mask), std::move(values)});
        if (l < json["biases"].size()) {
            stored.parameters.push_back({name, "bias", json["biases"][l].get<std::vector<float>>()});
        }
    }
    return stored;
}

struct Case {
    StoredNetwork reference;
    StoredNetwork moved;

    explicit Case(const Json& json)
        : reference(network_of_whole_numbers(json["reference"])), moved(network_of_whole_numbers(json["moved"])) {}

    Alignment alignment(const AlignmentOptions& options = {}) const { return align(reference, moved, options); }
};

}  // namespace

TEST_CASE("weight matching: one group of units is SciPy's assignment", "[topology][alignment][reference]") {
    const Json cases = alignment_cases("one_group");
    REQUIRE(cases.size() == 9);
    int unique = 0;
    for (std::size_t n = 0; n < cases.size(); ++n) {
        INFO("case " << n);
        const Json& expected = cases[n];
        const Case pair(expected);
        const Alignment found = pair.alignment();
        CHECK(found.objective == expected["objective"].get<double>());
        CHECK(found.bound == Approx(expected["bound"].get<double>()).epsilon(1e-12));
        CHECK(found.is_converged);
        if (expected["is_only"].get<bool>()) {
            CHECK(found.permutations == Permutations{expected["places"].get<Permutation>()});
            ++unique;
        }
        CHECK(pair.alignment({.with_arrays = false}).objective == expected["objective_without_arrays"].get<double>());
        CHECK(pair.alignment({.objective = AlignmentObjective::masks}).objective ==
              expected["objective_of_masks"].get<double>());
    }
    CHECK(unique == 7);
}

TEST_CASE("weight matching: planted permutations are found, with and without noise",
          "[topology][alignment][reference]") {
    const Json cases = alignment_cases("planted");
    REQUIRE(cases.size() == 8);
    for (std::size_t n = 0; n < cases.size(); ++n) {
        INFO("case " << n);
        const Json& expected = cases[n];
        const Case pair(expected);
        const Alignment found = pair.alignment();
        CHECK(found.permutations == expected["places"].get<Permutations>());
        CHECK(found.objective == expected["objective"].get<double>());
        CHECK(found.bound == Approx(expected["bound"].get<double>()).epsilon(1e-12));
        CHECK(pair.alignment({.objective = AlignmentObjective::masks}).objective ==
              expected["objective_of_masks"].get<double>());
        if (expected["noise"] != 0) continue;
        const StoredNetwork back = permuted(pair.moved, expected["places"].get<Permutations>());
        for (std::size_t l = 0; l < back.topology.layers.size(); ++l) {
            CHECK(back.topology.layers[l].pattern == pair.reference.topology.layers[l].pattern);
            CHECK(back.topology.layers[l].values == pair.reference.topology.layers[l].values);
        }
        for (std::size_t k = 0; k < back.parameters.size(); ++k) {
            CHECK(back.parameters[k].values == pair.reference.parameters[k].values);
        }
    }
}

TEST_CASE("weight matching: tiny networks, of which all permutations were tried", "[topology][alignment][reference]") {
    const Json cases = alignment_cases("tiny");
    REQUIRE(cases.size() == 36);
    int unrelated_reached = 0;
    for (std::size_t n = 0; n < cases.size(); ++n) {
        INFO("case " << n);
        const double most = cases[n]["objective"].get<double>();
        const double found = Case(cases[n]).alignment().objective;
        CHECK(found <= most);
        if (cases[n]["is_related"].get<bool>()) {
            CHECK(found == most);
        } else {
            unrelated_reached += found == most ? 1 : 0;  // a descent may stop before
        }
    }
    CHECK(unrelated_reached >= 14);  // of 18, as many as exhaustive_alignment_test.cpp asks for
}

}  // namespace espalier::topology
