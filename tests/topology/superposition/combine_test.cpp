#include <cmath>
#include <limits>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/superposition/combine.hpp>

#include "dense_twin.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

std::vector<DenseLayer> sum_by_definition(const std::vector<StoredNetwork>& members,
                                          const std::vector<double>& coefficients) {
    std::vector<DenseLayer> sum = written_out(members.front());
    for (std::size_t l = 0; l < sum.size(); ++l) {
        for (std::size_t at = 0; at < sum[l].size(); ++at) {
            sum[l][at].reset();
            double value = 0;
            for (std::size_t m = 0; m < members.size(); ++m) {
                const std::optional<float> here = written_out(members[m].topology.layers[l])[at];
                if (!here || coefficients[m] == 0) continue;
                value += coefficients[m] * *here;
                sum[l][at] = static_cast<float>(value);
            }
        }
    }
    return sum;
}

}  // namespace

TEST_CASE("combine: two layers drawn", "[topology][combine]") {
    const Layer a{"fc", {2, 3}, pattern({{1, 0, 1}, {0, 0, 0}}), {2.0F, 4.0F}};
    const Layer b{"fc", {2, 3}, pattern({{0, 1, 1}, {0, 0, 1}}), {8.0F, -4.0F, 6.0F}};
    const StoredNetwork first{{.label = "a", .layers = {a}}, {{"fc", "bias", {1.0F, 2.0F}}}};
    const StoredNetwork second{{.label = "b", .layers = {b}}, {{"fc", "bias", {5.0F, 6.0F}}}};
    const StoredNetwork* const both[] = {&first, &second};
    const double coefficients[] = {0.5, 0.25};
    const StoredNetwork sum = combine(both, coefficients);
    CHECK(sum.topology.label == "a");
    CHECK(sum.topology.layers[0].pattern == pattern({{1, 1, 1}, {0, 0, 1}}));
    CHECK(sum.topology.layers[0].values == std::vector<float>{1.0F, 2.0F, 1.0F, 1.5F});
    CHECK(sum.parameters[0].values == std::vector<float>{1.75F, 2.5F});
    // Connection-aware: 4 and -4 cancel, but 8 is not halved.
    CHECK(mean_of_present(both).topology.layers[0].values == std::vector<float>{2.0F, 8.0F, 0.0F, 6.0F});
    CHECK(mean_of_present(both).parameters[0].values == std::vector<float>{3.0F, 4.0F});
}

TEST_CASE("combine agrees with its definition position by position", "[topology][combine]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 40; ++trial) {
        Stream stream = test_stream(trial);
        const std::vector<StoredNetwork> members =
            random_networks(1 + trial % 5, 0.1 * (1 + trial % 10), stream, trial % 2 == 0 ? 1 : 0.3);
        std::vector<double> coefficients = random_values(members.size(), stream);
        if (trial % 7 == 1 && members.size() > 1) coefficients[1] = 0;
        const StoredNetwork sum = combine(pointers(members), coefficients);
        CHECK(written_out(sum) == sum_by_definition(members, coefficients));
        for (std::size_t p = 0; p < sum.parameters.size(); ++p) {
            for (std::size_t k = 0; k < sum.parameters[p].values.size(); ++k) {
                double value = 0;
                for (std::size_t m = 0; m < members.size(); ++m) {
                    value += coefficients[m] * members[m].parameters[p].values[k];
                }
                CHECK(sum.parameters[p].values[k] == static_cast<float>(value));
            }
        }
    }
}

TEST_CASE("combine: equal members come back to the bit, whatever their number", "[topology][combine]") {
    Stream stream = test_stream();
    const StoredNetwork one = random_network("one", 0.4, stream);
    for (std::size_t count = 1; count <= 30; ++count) {
        const std::vector<StoredNetwork> members(count, one);
        CHECK(same_bits(mean_of(pointers(members)), one));
        CHECK(same_bits(mean_of_present(pointers(members)), one));
    }
}

TEST_CASE("combine: the union is at most as dense as all members together", "[topology][combine]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const std::vector<StoredNetwork> members = random_networks(3, 0.05 * (1 + trial), stream);
        double sum = 0;
        for (const StoredNetwork& member : members) sum += density(member.topology);
        const StoredNetwork both = mean_of(pointers(members));
        CHECK(density(both.topology) <= std::min(1.0, sum) + 1e-12);
        CHECK(density(both.topology) >= density(members[0].topology));
    }
}

TEST_CASE("combine: the mean does not depend on the order, nor on how units are numbered", "[topology][combine]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const std::vector<StoredNetwork> members = random_networks(4, 0.4, stream);
    const std::vector<StoredNetwork> turned = {members[2], members[0], members[3], members[1]};
    const auto a = written_out(mean_of(pointers(members)));
    const auto b = written_out(mean_of(pointers(turned)));
    for (std::size_t l = 0; l < a.size(); ++l) {
        for (std::size_t at = 0; at < a[l].size(); ++at) {
            REQUIRE(a[l][at].has_value() == b[l][at].has_value());
            if (a[l][at]) CHECK(*a[l][at] == Approx(*b[l][at]).epsilon(1e-6).margin(1e-7));
        }
    }
    const std::vector<std::size_t> order = {3, 1, 0, 8, 7, 2, 4, 6, 5};
    std::vector<StoredNetwork> moved;
    for (const StoredNetwork& member : members) moved.push_back(renumbered(member, order));
    CHECK(same_bits(mean_of(pointers(moved)), renumbered(mean_of(pointers(members)), order)));
}

TEST_CASE("combine: equal bits for any number of threads", "[topology][combine]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> members = random_networks(5, 0.5, stream);
    const std::vector<double> coefficients = {0.3, -0.1, 0.7, 0.2, 0.9};
    const StoredNetwork alone = combine(pointers(members), coefficients);
    set_threads(3);
    CHECK(same_bits(combine(pointers(members), coefficients), alone));
    set_threads(1);
}

TEST_CASE("combine: what cannot be superposed is named", "[topology][combine]") {
    Stream stream = test_stream();
    const std::vector<double> halves = {0.5, 0.5};
    std::vector<StoredNetwork> members = random_networks(2, 0.5, stream);
    const auto with = [&](const std::function<void(StoredNetwork&)>& change) {
        std::vector<StoredNetwork> changed = members;
        change(changed[1]);
        return combine(pointers(changed), halves);
    };
    CHECK_THROWS_WITH(with([&](StoredNetwork& b) {
                          b.topology.layers[1] = random_layer("002_fc1", {9, 12}, 0.5, stream);
                      }),
                      Contains("002_fc1") && Contains("9x11") && Contains("9x12") && Contains("ticket1"));
    CHECK_THROWS_WITH(with([](StoredNetwork& b) { b.topology.layers.pop_back(); }), Contains("have 3 and 2 layers"));
    CHECK_THROWS_WITH(with([](StoredNetwork& b) { b.topology.layers[2].values.clear(); }),
                      Contains("ticket1: layer 003_fc2") && Contains("snapshots.weights = true"));
    CHECK_THROWS_WITH(with([](StoredNetwork& b) { b.topology.layers[2].values[0] = std::nanf(""); }),
                      Contains("ticket1: layer 003_fc2") && Contains("not finite"));
    CHECK_THROWS_WITH(with([](StoredNetwork& b) { b.parameters[0].values[0] = INFINITY; }),
                      Contains("bias of layer 000_conv"));
    CHECK_THROWS_WITH(with([](StoredNetwork& b) { b.parameters.pop_back(); }), Contains("4 arrays beside the weights"));
    CHECK_THROWS_WITH(with([](StoredNetwork& b) { b.parameters[1].values.push_back(0); }),
                      Contains("001_srelu") && Contains("left_slope"));
    CHECK_THROWS_WITH(combine(pointers(members), std::vector<double>{1.0}), Contains("2 tickets, but 1"));
    CHECK_THROWS_WITH(combine(pointers(members), std::vector<double>{0, 0}), Contains("coefficients are 0"));
    CHECK_THROWS_WITH(mean_of({}), Contains("no ticket"));
}

}  // namespace espalier::topology
