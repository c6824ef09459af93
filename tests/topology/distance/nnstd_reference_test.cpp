#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include <espalier/base/formats/npz.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/files/mask_files.hpp>

#include "home_reference.hpp"
#include "topology/networks.hpp"

// Values of the published program, and all ties of small networks: see tests/reference/README.md. The published
// networks are not part of the repository; tests that need them skip where they are not.

namespace espalier::topology {
using namespace testing;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Partners = std::vector<std::uint32_t>;

const MaskFileOptions published{Orientation::in_out, true, {}};
constexpr double exact_tolerance = 1e-9;
constexpr double tie_slack = 0.01;

/// Within 1e-9, however large it is.
Approx to_rounding(const Json& number) {
    return Approx(number.get<double>()).epsilon(0).margin(exact_tolerance);
}

Json read_json(const fs::path& path) {
    std::ifstream file(path);
    return Json::parse(file);
}

/// The network {"net": 3, "epoch": 10}; read once.
const Topology& published_network(const fs::path& reference, const Json& which) {
    static std::map<std::string, Topology> networks;
    const std::string epoch = std::to_string(which["epoch"].get<int>());
    const std::string name =
        "w" + std::to_string(which["net"].get<int>()) + "/epoch_" + std::string(3 - epoch.size(), '0') + epoch;
    const auto found = networks.find(name);
    if (found != networks.end()) return found->second;
    return networks[name] = read_mask_files(reference / "topologies/set_fashion" / name, published);
}

/// perm_layer<k> of all pairs, one row per pair.
std::vector<Partners> stored_partners(const NpzFile& file, std::size_t layer) {
    const Tensor array = file.read("perm_layer" + std::to_string(layer));
    const auto numbers = array.to_unsigned();
    const std::size_t columns = array.shape()[1];
    std::vector<Partners> rows;
    for (std::size_t at = 0; at < numbers.size(); at += columns) {
        rows.emplace_back(numbers.begin() + static_cast<std::ptrdiff_t>(at),
                          numbers.begin() + static_cast<std::ptrdiff_t>(at + columns));
    }
    return rows;
}

void check_pair(const Topology& first, const Topology& second, const Json& pair, const std::vector<Partners>& stored) {
    const std::vector<LayerMatch> chained = nnstd(first, second);
    const std::vector<LayerMatch> alone = nnstd_layerwise(first, second);
    REQUIRE(chained.size() == 4);
    for (std::size_t k = 0; k < 4; ++k) {
        INFO("layer " << k);
        CHECK(alone[k].distance == to_rounding(pair["no_permutation_distance"][k]));
        if (k == 1 || k == 2) {
            const LayerMatch prescribed = match_layer(first.layers[k].pattern, second.layers[k].pattern, stored[k - 1]);
            CHECK(prescribed.distance == to_rounding(pair["distance"][k]));
            CHECK(prescribed.cost == to_rounding(pair["min_cost"][k]));
            const Json& random = pair["random_ties"];
            const Json& identity = pair["identity_ties"];
            const double low = std::min(random["low"][k].get<double>(), identity["low"][k].get<double>());
            CHECK(chained[k].distance >= low - tie_slack);
            CHECK(chained[k].distance <= random["high"][k].get<double>() + tie_slack);
            const double normative = k == 1 ? 0.002 : 0.015;  // definitions.md 6.3
            CHECK(chained[k].distance >= identity["low"][k].get<double>() - normative);
            CHECK(chained[k].distance <= identity["high"][k].get<double>() + normative);
        } else {
            CHECK(chained[k].distance == to_rounding(pair["distance"][k]));
            CHECK(chained[k].cost == to_rounding(pair["min_cost"][k]));
        }
    }
}

/// Layers as rows of 0 and 1.
Topology drawn_network(const Json& layers) {
    std::vector<Pattern> patterns;
    for (const Json& rows : layers) {
        const std::size_t cols = rows[0].size();
        std::vector<std::uint64_t> kept;
        for (std::size_t at = 0; at < rows.size() * cols; ++at) {
            if (rows[at / cols][at % cols] == 1) kept.push_back(at);
        }
        patterns.push_back(Pattern::from_flat(rows.size(), cols, kept));
    }
    return network("drawn", std::move(patterns));
}

std::size_t in_own_place(const Partners& partner) {
    std::size_t count = 0;
    for (std::size_t k = 0; k < partner.size(); ++k) count += partner[k] == k ? 1 : 0;
    return count;
}

/// Whether the layers' distances are one of the sequences.
bool is_among(const std::vector<LayerMatch>& found, const Json& sequences) {
    return std::ranges::any_of(sequences, [&](const Json& sequence) {
        if (sequence.size() != found.size()) return false;
        for (std::size_t k = 0; k < found.size(); ++k) {
            if (std::abs(found[k].distance - sequence[k].get<double>()) > exact_tolerance) return false;
        }
        return true;
    });
}

void check_group(const std::string& group, std::size_t first_row, std::size_t expected) {
    const auto reference = reference_folder();
    if (!reference) return skip("no reference folder");
    const Json json = read_json(*reference / "nnstd.json");
    const NpzFile permutations(*reference / "nnstd_permutations.npz");
    const auto layer0 = stored_partners(permutations, 0);
    const auto layer1 = stored_partners(permutations, 1);
    REQUIRE(json[group].size() == expected);
    for (std::size_t k = 0; k < expected; ++k) {
        const Json& pair = json[group][k];
        INFO(group << " " << pair["first"] << " " << pair["second"]);
        check_pair(published_network(*reference, pair["first"]), published_network(*reference, pair["second"]), pair,
                   {layer0[first_row + k], layer1[first_row + k]});
    }
}

}  // namespace

TEST_CASE("nnstd: all 45 published pairs at epoch 0", "[topology][nnstd][reference]") {
    check_group("pairs_epoch_000", 0, 45);
}

TEST_CASE("nnstd: all 36 published pairs of one network's epochs", "[topology][nnstd][reference]") {
    check_group("epochs_w0", 45, 36);
}

TEST_CASE("nnstd: published networks are at distance 0 from themselves", "[topology][nnstd][reference]") {
    const auto reference = reference_folder();
    if (!reference) return skip("no reference folder");
    for (const int epoch : {0, 190}) {
        const Json which = {{"net", 0}, {"epoch", epoch}};
        const Topology& net = published_network(*reference, which);
        for (const LayerMatch& match : nnstd(net, net)) CHECK(match.distance == 0);
    }
}

TEST_CASE("nnstd: synthetic pairs with one optimum agree in every layer", "[topology][nnstd][reference]") {
    const Json json = read_json(home_reference() / "nnstd.json")["synthetic_pairs_with_unique_optimum"];
    REQUIRE(json.size() == 3);
    for (const auto& [name, pair] : json.items()) {
        INFO(name);
        const Topology first = read_mask_files(home_reference() / "nnstd" / (name + "_first.npz"), {});
        const Topology second = read_mask_files(home_reference() / "nnstd" / (name + "_second.npz"), {});
        const std::vector<LayerMatch> chained = nnstd(first, second);
        const std::vector<LayerMatch> alone = nnstd_layerwise(first, second);
        REQUIRE(chained.size() == 3);
        for (std::size_t k = 0; k < 3; ++k) {
            CHECK(chained[k].distance == to_rounding(pair["distance"][k]));
            CHECK(chained[k].cost == to_rounding(pair["min_cost"][k]));
            CHECK(chained[k].partner == pair["assignments"][k].get<Partners>());
            CHECK(alone[k].distance == to_rounding(pair["no_permutation_distance"][k]));
        }
    }
}

TEST_CASE("nnstd: a layer as SciPy writes it is the mask it was made of", "[topology][nnstd][reference]") {
    const fs::path folder = home_reference() / "nnstd";
    const Topology whole = read_mask_files(folder / "permuted_second.npz", {});
    const Topology alone = read_mask_files(folder / "permuted_second_layer2_scipy.npz", published);
    REQUIRE(alone.layers.size() == 1);
    CHECK(alone.layers[0].pattern == whole.layers[2].pattern);
}

TEST_CASE("nnstd: small networks with many optimal matchings, all of which were tried",
          "[topology][nnstd][reference]") {
    const Json pairs = read_json(home_reference() / "nnstd_ties.json")["pairs"];
    REQUIRE(pairs.size() == 44);
    std::size_t ambiguous = 0;
    for (std::size_t n = 0; n < pairs.size(); ++n) {
        const Json& pair = pairs[n];
        INFO("pair " << n);
        const Topology first = drawn_network(pair["first"]);
        const Topology second = drawn_network(pair["second"]);
        const std::vector<LayerMatch> alone = nnstd_layerwise(first, second);
        for (std::size_t k = 0; k < alone.size(); ++k) {
            INFO("layer " << k);
            CHECK(alone[k].distance == to_rounding(pair["no_permutation_distance"][k]));
            CHECK(in_own_place(alone[k].partner) == pair["no_permutation_kept_places"][k].get<std::size_t>());
        }
        CHECK(is_among(nnstd(first, second), pair["identity_ties"]));
        CHECK(is_among(nnstd(first, second, {.prefer_identity = false}), pair["any_ties"]));
        ambiguous += pair["any_ties"].size() > pair["identity_ties"].size() ? 1 : 0;
    }
    CHECK(ambiguous >= 20);
}

}  // namespace espalier::topology
