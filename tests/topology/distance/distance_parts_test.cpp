#include <fstream>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/distance/distance_parts.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

std::vector<Topology> seven_networks() {
    std::vector<Topology> networks;
    for (std::uint32_t k = 0; k < 7; ++k) {
        Stream stream = test_stream(k);
        networks.push_back(random_network({18, 14, 9}, 0.2, stream));
        networks.back().label = "net" + std::to_string(k);
    }
    return networks;
}

DistanceWork work_on(const std::vector<Topology>& networks, const std::filesystem::path& folder, std::size_t side) {
    DistanceWork work{.distances = {&find_distance("nnstd"), &find_distance("jaccard")},
                      .settings = {settings_of(find_distance("nnstd")), settings_of(find_distance("jaccard"))},
                      .labels = {},
                      .read = [&networks](std::size_t k) { return networks.at(k); },
                      .side = side,
                      .folder = folder};
    for (const Topology& network : networks) work.labels.push_back(network.label);
    return work;
}

void check_equal(const DistanceMatrix& one, const DistanceMatrix& other) {
    CHECK(one.metric == other.metric);
    CHECK(one.topologies == other.topologies);
    CHECK(one.layers == other.layers);
    CHECK(one.per_layer == other.per_layer);
    CHECK(one.mean == other.mean);
    CHECK(one.lower_bound_per_layer == other.lower_bound_per_layer);
    CHECK(one.lower_bound_mean == other.lower_bound_mean);
}

void measure_all(DistanceParts& parts) {
    for (std::size_t part = 0; part < parts.size(); ++part) parts.measure(part);
}

}  // namespace

TEST_CASE("distance parts: blocks hold every pair once", "[topology][distance_parts]") {
    for (const std::size_t count : {0, 1, 2, 3, 7, 16, 33}) {
        for (const std::size_t side : {1, 2, 3, 16, 100}) {
            std::set<std::pair<std::size_t, std::size_t>> seen;
            for (const PairBlock& block : pair_blocks(count, side)) {
                CHECK(block.first_end - block.first <= side);
                CHECK(block.second_end - block.second <= side);
                const std::vector<TopologyPair> pairs = pairs_of(block);
                CHECK_FALSE(pairs.empty());
                for (const auto& [i, j] : pairs) {
                    CHECK(i < j);
                    CHECK(j < count);
                    CHECK(seen.insert({i, j}).second);
                }
            }
            CHECK(seen.size() == (count == 0 ? 0 : count * (count - 1) / 2));
        }
    }
}

TEST_CASE("distance parts: bits of the matrix, whatever the blocks, their order and the threads",
          "[topology][distance_parts]") {
    INFO(seed_text());
    const std::vector<Topology> networks = seven_networks();
    const DistanceMatrix nnstd = distance_matrix(find_distance("nnstd"), networks);
    const DistanceMatrix jaccard = distance_matrix(find_distance("jaccard"), networks);
    const int before = threads();
    for (const std::size_t side : {1, 2, 3, 7, 50}) {
        const TemporaryFolder folder;
        set_threads(side == 2 ? 3 : before);
        DistanceParts parts(work_on(networks, folder / "work", side));
        parts.begin();
        for (std::size_t part = parts.size(); part-- > 0;) parts.measure(part);
        const std::vector<DistanceMatrix> matrices = parts.matrices();
        REQUIRE(matrices.size() == 2);
        check_equal(matrices[0], nnstd);
        check_equal(matrices[1], jaccard);
    }
    set_threads(before);
}

TEST_CASE("distance parts: lower bounds of approximate pairs are kept", "[topology][distance_parts]") {
    INFO(seed_text());
    std::vector<Topology> networks = seven_networks();
    networks[3].layers = networks[2].layers;  // an exact pair between approximate ones
    const TemporaryFolder folder;
    DistanceWork work = work_on(networks, folder / "work", 2);
    work.settings[0].set("exact_limit", "4");
    const Settings settings = work.settings[0];
    DistanceParts parts(std::move(work));
    parts.begin();
    measure_all(parts);
    const DistanceMatrix expected = distance_matrix(find_distance("nnstd"), settings, networks);
    CHECK_FALSE(expected.is_exact());
    check_equal(parts.matrices()[0], expected);
}

TEST_CASE("distance parts: work goes on, and holds no more than two sides at a time", "[topology][distance_parts]") {
    INFO(seed_text());
    const std::vector<Topology> networks = seven_networks();
    const TemporaryFolder folder;
    {
        DistanceParts parts(work_on(networks, folder / "work", 2));
        parts.begin();
        parts.measure(1);
        parts.measure(4);
    }
    DistanceWork work = work_on(networks, folder / "work", 2);
    std::vector<std::size_t> reads;
    work.read = [&](std::size_t k) {
        reads.push_back(k);
        return networks.at(k);
    };
    DistanceParts parts(std::move(work));
    parts.begin();
    CHECK(parts.has(1));
    CHECK(parts.has(4));
    std::size_t missing = 0;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        if (parts.has(part)) continue;
        ++missing;
        reads.clear();
        parts.measure(part);
        CHECK(reads.size() <= 5);  // two sides of two, and the first of all
    }
    CHECK(missing == parts.size() - 2);
    check_equal(parts.matrices()[0], distance_matrix(find_distance("nnstd"), networks));
}

TEST_CASE("distance parts: what does not belong to the work is refused", "[topology][distance_parts]") {
    INFO(seed_text());
    std::vector<Topology> networks = seven_networks();
    const TemporaryFolder folder;
    DistanceParts parts(work_on(networks, folder / "work", 3));
    parts.begin();
    measure_all(parts);

    CHECK_THROWS_WITH(DistanceParts(work_on(networks, folder / "work", 4)).begin(), Contains("another work"));
    networks.back().label = "other";
    DistanceParts other(work_on(networks, folder / "other", 3));
    other.begin();
    measure_all(other);
    std::filesystem::copy_file(folder / "other/part-000002.h5", folder / "work/part-000002.h5",
                               std::filesystem::copy_options::overwrite_existing);
    CHECK_THROWS_WITH(parts.matrices(), Contains("part-000002.h5: belongs to another work"));
    std::ofstream(folder / "work/part-000002.h5") << "cut";
    CHECK_THROWS_WITH(parts.matrices(), Contains("part-000002.h5"));
    std::filesystem::remove(folder / "work/part-000002.h5");
    CHECK_THROWS_AS(parts.matrices(), IoError);

    Stream stream = test_stream(9);
    networks[6] = random_network({18, 13, 9}, 0.2, stream);
    DistanceParts odd(work_on(networks, folder / "odd", 3));
    odd.begin();
    CHECK_THROWS_AS(measure_all(odd), FormatError);
    CHECK_THROWS_AS(DistanceParts(work_on(networks, folder / "none", 0)), ConfigError);
    networks.resize(1);
    CHECK_THROWS_AS(DistanceParts(work_on(networks, folder / "one", 2)), ConfigError);
}

}  // namespace espalier::topology
