#include <cmath>

#include <espalier/sparsity/update/redistribution.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;
namespace {

std::vector<LayerBudget> two_layers() {
    LayerBudget first;
    first.shape = {20, 50};
    first.kept = 100;
    first.dropped = 20;
    first.mean_momentum = 1.0;
    LayerBudget second;
    second.shape = {10, 10};
    second.kept = 50;
    second.dropped = 10;
    second.mean_momentum = 3.0;
    return {first, second};
}

const Redistribution& rule(std::string_view name) {
    return find_named(redistributions(), name, "redistribution");
}

}  // namespace

TEST_CASE("redistribution: the worked example of SNFS", "[sparsity]") {
    // definitions.md 3.9: R = 30, shares 0.25 and 0.75, ties to the earlier layer
    const auto layers = two_layers();
    const std::vector<double> shares = normalised(rule("momentum").shares(layers, 30));
    CHECK(shares == std::vector<double>{0.25, 0.75});
    CHECK(deal(30, shares, {920, 60}, false) == std::vector<std::size_t>{8, 22});
}

TEST_CASE("redistribution: exact totals within capacities, whatever the shares", "[sparsity]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 500; ++round) {
        const std::size_t layers = 1 + stream.below(6);
        std::vector<double> shares;
        std::vector<std::size_t> capacities;
        std::size_t room = 0;
        for (std::size_t l = 0; l < layers; ++l) {
            shares.push_back(static_cast<double>(stream.below(5)));
            capacities.push_back(stream.below(30));
            room += capacities.back();
        }
        const std::size_t total = stream.below(100);
        for (const bool proportional : {false, true}) {
            const auto dealt = deal(total, shares, capacities, proportional);
            std::size_t sum = 0;
            for (std::size_t l = 0; l < layers; ++l) {
                CHECK(dealt[l] <= capacities[l]);
                sum += dealt[l];
            }
            CHECK(sum == std::min(total, room));
        }
    }
}

TEST_CASE("redistribution: excess goes to the others, equally or in proportion", "[sparsity]") {
    // 100 wanted as 80, 16, 4; the first layer takes 20, 60 are left over
    CHECK(deal(100, {80, 16, 4}, {20, 200, 200}, false) == std::vector<std::size_t>{20, 46, 34});
    CHECK(deal(100, {80, 16, 4}, {20, 200, 200}, true) == std::vector<std::size_t>{20, 64, 16});
}

TEST_CASE("redistribution: no share, or none that is a number, is an equal one", "[sparsity]") {
    CHECK(normalised({0.0, 0.0}) == std::vector<double>{0.5, 0.5});
    CHECK(normalised({std::nan(""), 1.0}) == std::vector<double>{0.5, 0.5});
    CHECK(normalised({}).empty());
}

TEST_CASE("redistribution: survivors decide DSR's shares, ERK's lack decides ERK's", "[sparsity]") {
    const auto layers = two_layers();
    CHECK(rule("nonzeros").shares(layers, 30) == std::vector<double>{80, 40});
    CHECK(rule("equal").shares(layers, 30) == std::vector<double>{1, 1});
    const std::vector<double> lacking = rule("erk").shares(layers, 30);
    const std::vector<double> densities = erk_densities(std::vector<Shape>{{20, 50}, {10, 10}}, 150.0 / 1100.0);
    CHECK(lacking[0] == Approx(densities[0] * 1000 - 80).margin(1.0));
    CHECK(lacking[1] == std::max(0.0, std::round(densities[1] * 100 - 40)));
}

}  // namespace espalier::sparsity
