#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include <espalier/base/npz.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/files/mask_files.hpp>

#include "topology/networks.hpp"

// Published networks and the values of the published program: see README.md of the reference folder, section 2.

namespace espalier::topology {
using namespace testing;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Partners = std::vector<std::uint32_t>;

const MaskFileOptions published{Orientation::in_out, true, {}};
constexpr double exact_tolerance = 1e-9;
constexpr double tie_slack = 0.01;

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

/// perm_layer<k> of all pairs, one row a pair.
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
        CHECK(alone[k].distance == Approx(pair["no_permutation_distance"][k].get<double>()).margin(exact_tolerance));
        if (k == 1 || k == 2) {
            const LayerMatch prescribed = match_layer(first.layers[k].pattern, second.layers[k].pattern, stored[k - 1]);
            CHECK(prescribed.distance == Approx(pair["distance"][k].get<double>()).margin(exact_tolerance));
            CHECK(prescribed.cost == Approx(pair["min_cost"][k].get<double>()).margin(exact_tolerance));
            const Json& random = pair["random_ties"];
            const Json& identity = pair["identity_ties"];
            const double low = std::min(random["low"][k].get<double>(), identity["low"][k].get<double>());
            CHECK(chained[k].distance >= low - tie_slack);
            CHECK(chained[k].distance <= random["high"][k].get<double>() + tie_slack);
            const double normative = k == 1 ? 0.002 : 0.015;  // definitions.md 6.3
            CHECK(chained[k].distance >= identity["low"][k].get<double>() - normative);
            CHECK(chained[k].distance <= identity["high"][k].get<double>() + normative);
        } else {
            CHECK(chained[k].distance == Approx(pair["distance"][k].get<double>()).margin(exact_tolerance));
            CHECK(chained[k].cost == Approx(pair["min_cost"][k].get<double>()).margin(exact_tolerance));
        }
    }
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
    const auto reference = reference_folder();
    if (!reference) return skip("no reference folder");
    const Json json = read_json(*reference / "nnstd.json")["synthetic_pairs_with_unique_optimum"];
    for (const auto& [name, pair] : json.items()) {
        INFO(name);
        const fs::path folder = *reference / "topologies/synthetic" / name;
        const Topology first = read_mask_files(folder / "first", published);
        const Topology second = read_mask_files(folder / "second", published);
        const std::vector<LayerMatch> chained = nnstd(first, second);
        const std::vector<LayerMatch> alone = nnstd_layerwise(first, second);
        for (std::size_t k = 0; k < chained.size(); ++k) {
            CHECK(chained[k].distance == Approx(pair["distance"][k].get<double>()).margin(exact_tolerance));
            CHECK(chained[k].cost == Approx(pair["min_cost"][k].get<double>()).margin(exact_tolerance));
            CHECK(chained[k].partner == pair["assignments"][k].get<Partners>());
            CHECK(alone[k].distance ==
                  Approx(pair["no_permutation_distance"][k].get<double>()).margin(exact_tolerance));
        }
    }
}

}  // namespace espalier::topology
