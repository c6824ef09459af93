#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/superposition/averaging.hpp>
#include <espalier/topology/superposition/combine.hpp>
#include <espalier/topology/superposition/prune_to.hpp>

#include "dense_twin.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

/// One position of an average: what it is, and in how many members since it was last empty.
struct Slot {
    double value = 0;
    double count = 0;
};

/// The n largest of all slots, the rest emptied.
void prune_slots(std::vector<Slot>& slots, std::size_t keep) {
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < slots.size(); ++k) {
        if (slots[k].count > 0) order.push_back(k);
    }
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t k) { return std::abs(slots[k].value); });
    for (std::size_t k = keep; k < order.size(); ++k) slots[order[k]] = {};
}

std::vector<std::optional<float>> flat(const StoredNetwork& network) {
    std::vector<std::optional<float>> all;
    for (const DenseLayer& layer : written_out(network)) all.insert(all.end(), layer.begin(), layer.end());
    return all;
}

std::vector<std::optional<float>> superposed_by_definition(const std::vector<StoredNetwork>& members,
                                                           const std::string& rule, double gamma, std::size_t keep,
                                                           bool each) {
    std::vector<Slot> slots(flat(members[0]).size());
    for (std::size_t m = 0; m < members.size(); ++m) {
        const auto member = flat(members[m]);
        const double k = static_cast<double>(m) + 1;
        for (std::size_t at = 0; at < slots.size(); ++at) {
            const double value = member[at].value_or(0.0F);
            Slot& slot = slots[at];
            if (rule == "caa_true") {
                if (member[at]) slot.value = (slot.count * slot.value + value) / (slot.count + 1);
            } else if (rule == "cima" || rule == "ema") {
                slot.value = m == 0 ? value : (1 - gamma) * slot.value + gamma * value;
            } else {
                slot.value = (1 - 1 / k) * slot.value + value / k;
            }
            if (member[at]) slot.count += 1;
            if (each) slot.value = static_cast<float>(slot.value);
        }
        if (each || m + 1 == members.size()) {
            for (Slot& slot : slots) slot.value = static_cast<float>(slot.value);
            prune_slots(slots, keep);
        }
    }
    std::vector<std::optional<float>> all(slots.size());
    for (std::size_t at = 0; at < slots.size(); ++at) {
        if (slots[at].count > 0) all[at] = static_cast<float>(slots[at].value);
    }
    return all;
}

/// Random numbers instead of few, so that no order hangs on the last bit of a sum.
void spread_values(std::vector<StoredNetwork>& members, Stream& stream) {
    for (StoredNetwork& member : members) {
        for (Layer& layer : member.topology.layers) {
            const std::vector<double> values = random_values(layer.values.size(), stream);
            std::ranges::copy(values, layer.values.begin());
        }
    }
}

}  // namespace

TEST_CASE("averaging agrees with its definition for each rule and either time of pruning", "[topology][averaging]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 24; ++trial) {
        Stream stream = test_stream(trial);
        std::vector<StoredNetwork> members = random_networks(1 + trial % 4, 0.1 + 0.05 * (trial % 8), stream);
        spread_values(members, stream);
        const std::size_t keep = edges(members[0].topology);
        for (const AveragingRule& rule : averaging_rules()) {
            for (const PruneAt at : {PruneAt::each_member, PruneAt::end}) {
                INFO(rule.name << ", trial " << trial << (at == PruneAt::end ? ", end" : ", each"));
                const auto got = flat(superpose(pointers(members), rule, budget_of(pointers(members), keep), at));
                const auto wanted =
                    superposed_by_definition(members, rule.name, rule.gamma, keep, at == PruneAt::each_member);
                std::size_t wrong = 0;
                for (std::size_t k = 0; k < got.size(); ++k) {
                    const bool same = got[k].has_value() == wanted[k].has_value() &&
                                      (!got[k] || *got[k] == Approx(*wanted[k]).epsilon(1e-6).margin(1e-7));
                    wrong += same ? 0 : 1;
                }
                CHECK(wrong == 0);
            }
        }
    }
}

TEST_CASE("averaging: a ticket with itself is itself, to the bit", "[topology][averaging]") {
    Stream stream = test_stream();
    const StoredNetwork one = random_network("one", 0.3, stream, 1);
    for (std::size_t count = 1; count <= 12; ++count) {
        const std::vector<StoredNetwork> members(count, one);
        for (const AveragingRule& rule : averaging_rules()) {
            INFO(rule.name << " of " << count);
            const std::size_t keep = edges(one.topology);
            CHECK(same_bits(superpose(pointers(members), rule, budget_of(pointers(members), keep)), one));
            CHECK(same_bits(superpose(pointers(members), rule, budget_of(pointers(members), keep), PruneAt::end), one));
            CHECK(same_bits(superpose(pointers(members), rule, {}), one));
        }
    }
}

TEST_CASE("averaging: exactly as many weights as wanted, layers full in all members whole", "[topology][averaging]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> members = random_networks(3, 0.3, stream, 1);
    for (const AveragingRule& rule : averaging_rules()) {
        for (const PruneAt at : {PruneAt::each_member, PruneAt::end}) {
            const StoredNetwork one = superpose(pointers(members), rule, budget_of(pointers(members), 80), at);
            CHECK(edges(one.topology) == 80);
            CHECK(one.topology.layers[2].pattern.is_full());
            const StoredNetwork layerwise = superpose(pointers(members), rule, {.each = {30, 20, 7}}, at);
            CHECK(layerwise.topology.layers[0].pattern.edges() == 30);
            CHECK(layerwise.topology.layers[2].pattern.edges() == 7);
        }
    }
}

TEST_CASE("averaging: means pruned at the end do not mind the order", "[topology][averaging]") {
    Stream stream = test_stream();
    std::vector<StoredNetwork> members = random_networks(4, 0.3, stream);
    spread_values(members, stream);
    const std::vector<StoredNetwork> turned = {members[3], members[1], members[0], members[2]};
    for (const char* const rule : {"cia", "caa_true", "swa"}) {
        const StoredNetwork a = superpose(pointers(members), averaging_rule(rule), {.total = 70}, PruneAt::end);
        const StoredNetwork b = superpose(pointers(turned), averaging_rule(rule), {.total = 70}, PruneAt::end);
        for (std::size_t l = 0; l < 3; ++l) CHECK(a.topology.layers[l].pattern == b.topology.layers[l].pattern);
    }
}

TEST_CASE("averaging: unknown rules and bad gammas", "[topology][averaging]") {
    CHECK_THROWS_WITH(averaging_rule("caa"), Contains("averaging rule 'caa'") && Contains("Did you mean"));
    Stream stream = test_stream();
    const std::vector<StoredNetwork> members = random_networks(2, 0.3, stream);
    AveragingRule rule = averaging_rule("cima");
    rule.gamma = 1.5;
    CHECK_THROWS_AS(superpose(pointers(members), rule, {}), ConfigError);
}

}  // namespace espalier::topology
