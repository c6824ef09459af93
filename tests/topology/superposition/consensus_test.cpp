#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/superposition/combine.hpp>
#include <espalier/topology/superposition/consensus.hpp>

#include "dense_twin.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

using Kind = ValueRule::Kind;

std::optional<float> agreed_by_definition(const std::vector<std::optional<float>>& here, const Consensus& wanted) {
    std::vector<float> present;
    for (const auto& value : here) {
        if (value) present.push_back(*value);
    }
    if (present.size() < wanted.needed) return std::nullopt;
    double sum = 0;
    float largest = present.front();
    for (const float value : present) {
        sum += value;
        if (std::abs(value) > std::abs(largest)) largest = value;
    }
    switch (wanted.values) {
        case Kind::mean_present:
            return static_cast<float>(sum / static_cast<double>(present.size()));
        case Kind::mean_all:
            return static_cast<float>(sum / static_cast<double>(here.size()));
        case Kind::first:
            return present.front();
        case Kind::largest:
            return largest;
        case Kind::reference:
            break;
    }
    return here[wanted.reference].value_or(0.0F);
}

}  // namespace

TEST_CASE("consensus agrees with its definition for each count and rule", "[topology][consensus]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 15; ++trial) {
        Stream stream = test_stream(trial);
        const std::vector<StoredNetwork> members = random_networks(1 + trial % 4, 0.5, stream);
        for (std::size_t needed = 1; needed <= members.size(); ++needed) {
            for (const ValueRule& rule : value_rules()) {
                const Consensus wanted{needed, rule.kind, members.size() - 1};
                const StoredNetwork agreed = consensus(pointers(members), wanted);
                const auto got = written_out(agreed);
                std::size_t wrong = 0;
                for (std::size_t l = 0; l < got.size(); ++l) {
                    for (std::size_t at = 0; at < got[l].size(); ++at) {
                        std::vector<std::optional<float>> here;
                        for (const StoredNetwork& member : members) {
                            here.push_back(written_out(member.topology.layers[l])[at]);
                        }
                        wrong += got[l][at] == agreed_by_definition(here, wanted) ? 0 : 1;
                    }
                }
                CHECK(wrong == 0);
                std::vector<std::optional<float>> biases;
                for (const StoredNetwork& member : members) biases.emplace_back(member.parameters[2].values[5]);
                CHECK(agreed.parameters[2].values[5] == agreed_by_definition(biases, wanted));
            }
        }
    }
}

TEST_CASE("consensus: intersection in majority in union, equal members unchanged", "[topology][consensus]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> members = random_networks(5, 0.4, stream);
    std::size_t before = edges(mean_of(pointers(members)).topology);
    for (std::size_t needed = 1; needed <= 5; ++needed) {
        const std::size_t now = edges(consensus(pointers(members), {.needed = needed}).topology);
        CHECK(now <= before);
        if (needed == 1) CHECK(now == before);
        before = now;
    }
    const std::vector<StoredNetwork> equal(3, members[0]);
    for (const ValueRule& rule : value_rules()) {
        CHECK(same_bits(consensus(pointers(equal), {3, rule.kind, 1}), members[0]));
    }
}

TEST_CASE("consensus: units numbered otherwise give the same, numbered otherwise", "[topology][consensus]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> members = random_networks(3, 0.4, stream);
    const std::vector<std::size_t> order = {3, 1, 0, 8, 7, 2, 4, 6, 5};
    std::vector<StoredNetwork> moved;
    for (const StoredNetwork& member : members) moved.push_back(renumbered(member, order));
    CHECK(same_bits(consensus(pointers(moved), {2, Kind::largest, 0}),
                    renumbered(consensus(pointers(members), {2, Kind::largest, 0}), order)));
}

TEST_CASE("consensus: how many are a majority", "[topology][consensus]") {
    CHECK(needed_of(0.5, 4) == 2);
    CHECK(needed_of(0.5, 5) == 3);
    CHECK(needed_of(0.3, 10) == 3);
    CHECK(needed_of(1.0, 7) == 7);
    CHECK(needed_of(0.01, 3) == 1);
    CHECK_THROWS_AS(needed_of(0, 3), ConfigError);
    CHECK_THROWS_AS(needed_of(1.01, 3), ConfigError);
    Stream stream = test_stream();
    const std::vector<StoredNetwork> members = random_networks(2, 0.4, stream);
    CHECK_THROWS_AS(consensus(pointers(members), {.needed = 3}), FormatError);
    CHECK_THROWS_WITH(value_rule("mean"), Contains("mean_all"));
}

}  // namespace espalier::topology
