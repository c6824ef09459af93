#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/topology/alignment/weight_matching.hpp>

#include "dense_forward.hpp"
#include "hidden_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

Permutations identity_of(const StoredNetwork& network) {
    return identity_permutations(unit_groups(network));
}

}  // namespace

TEST_CASE("weight matching: a network aligned with itself stays as it is", "[topology][alignment]") {
    INFO(seed_text());
    for (const auto objective : {AlignmentObjective::weights, AlignmentObjective::masks}) {
        for (std::uint32_t trial = 0; trial < 10; ++trial) {
            Stream stream = test_stream(trial);
            // Twins and dead units: many permutations agree as much.
            const StoredNetwork network = hidden_network({.widths = {20, 30, 30, 5},
                                                          .density = 0.1,
                                                          .with_biases = trial % 2 == 0,
                                                          .twins = 0.3,
                                                          .without_inputs = 0.2},
                                                         stream);
            const Alignment alignment = align(network, network, {.objective = objective});
            CHECK(alignment.permutations == identity_of(network));
            CHECK(alignment.objective == Approx(alignment.bound).epsilon(1e-12));
            CHECK(alignment.is_converged);
            CHECK(alignment.groups[0].moved == 0);
        }
    }
}

TEST_CASE("weight matching: the objective never falls, and stays below its bound", "[topology][alignment]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const HiddenNetwork what{.widths = {20, 40, 30, 40, 5}, .density = 0.2, .with_srelu = trial % 2 == 0};
        const StoredNetwork a = hidden_network(what, stream);
        const StoredNetwork b = hidden_network(what, stream);
        const Alignment alignment = align(a, b, {.starts = {AlignmentStart::identity}});
        CHECK(std::ranges::is_sorted(alignment.history));
        CHECK(alignment.history.back() == alignment.objective);
        CHECK(alignment.history.size() > 1);
        CHECK(alignment.objective <= alignment.bound);
        CHECK(alignment.is_converged);
        for (const GroupAlignment& group : alignment.groups) CHECK(group.is_optimal);
        // What it says is what the permuted network has in common with the reference.
        const StoredNetwork back = permuted(b, alignment.permutations);
        const Alignment again = align(a, back, {.max_sweeps = 0, .starts = {AlignmentStart::identity}});
        CHECK(again.objective == Approx(alignment.objective).epsilon(1e-12));
        CHECK_FALSE(again.is_converged);
        // Converged: no group gains anything more.
        CHECK(align(a, back, {.starts = {AlignmentStart::identity}}).permutations == identity_of(back));
    }
}

TEST_CASE("weight matching: a sweep up and one down, each group by trying all its permutations",
          "[topology][alignment]") {
    INFO(seed_text());
    const std::vector<AlignmentStart> here = {AlignmentStart::identity};
    for (std::uint32_t trial = 0; trial < 10; ++trial) {
        Stream stream = test_stream(trial);
        const HiddenNetwork what{.widths = {5, 4, 4, 4, 3}, .density = 1.0};
        const StoredNetwork a = hidden_network(what, stream);
        const StoredNetwork b = hidden_network(what, stream);
        Permutations expected = identity_of(b);
        const auto agreement = [&](const Permutations& tried) {
            return align(a, permuted(b, tried), {.max_sweeps = 0, .starts = here}).objective;
        };
        for (const std::size_t group : {0U, 1U, 2U, 2U, 1U, 0U}) {
            Permutations tried = expected;
            std::ranges::sort(tried[group]);
            double most = agreement(expected);
            do {
                const double found = agreement(tried);
                if (found > most + 1e-9) expected[group] = tried[group];
                most = std::max(most, found);
            } while (std::ranges::next_permutation(tried[group]).found);
        }
        CHECK(align(a, b, {.max_sweeps = 2, .starts = here}).permutations == expected);
    }
}

TEST_CASE("weight matching: equal bits for any number of threads", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const HiddenNetwork what{.widths = {60, 300, 300, 10}, .density = 0.1};
    const StoredNetwork a = hidden_network(what, stream);
    const StoredNetwork b = hidden_network(what, stream);
    set_threads(3);
    const Alignment many = align(a, b);
    set_threads(1);
    const Alignment one = align(a, b);
    CHECK(many.permutations == one.permutations);
    CHECK(many.history == one.history);
}

TEST_CASE("weight matching: masks alone can be aligned", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    StoredNetwork reference = hidden_network({.widths = {30, 60, 60, 10}, .density = 0.2}, stream);
    StoredNetwork moved = permuted(reference, random_permutations(reference, stream));
    for (StoredNetwork* network : {&reference, &moved}) {
        for (Layer& layer : network->topology.layers) layer.values.clear();
    }
    const StoredNetwork back = aligned(reference, moved, {.objective = AlignmentObjective::masks});
    for (std::size_t l = 0; l < 3; ++l) {
        CHECK(back.topology.layers[l].pattern == reference.topology.layers[l].pattern);
    }
    CHECK_THROWS_WITH(align(reference, moved), Contains("no weights in layer '000_fc1'"));
}

TEST_CASE("weight matching: other architectures are refused in one line", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const StoredNetwork a = hidden_network({.widths = {4, 3, 2}}, stream);
    CHECK_THROWS_WITH(align(a, hidden_network({.widths = {4, 5, 2}}, stream)),
                      Contains("'000_fc1'") && Contains("3x4 and 5x4"));
    CHECK_THROWS_WITH(align(a, hidden_network({.widths = {4, 3, 3, 2}}, stream)), Contains("2 and 3 layers"));
    CHECK_THROWS_WITH(align(a, hidden_network({.widths = {4, 3, 2}, .with_biases = false}, stream)),
                      Contains("'bias' of layer '000_fc1' has 3 and 0 numbers"));
    CHECK_THROWS_WITH(align(a, hidden_network({.widths = {4, 3, 2}, .with_srelu = true}, stream)),
                      Contains("'left_threshold'") && Contains("3 and 0 numbers"));
    StoredNetwork broken = a;
    broken.parameters[0].values[1] = std::nanf("");
    CHECK_THROWS_AS(align(a, broken), NumericError);
}

TEST_CASE("weight matching: a network without hidden units has nothing to align", "[topology][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const HiddenNetwork what{.widths = {6, 4}, .density = 0.5};
    const auto one = hidden_network(what, stream);
    const auto other = hidden_network(what, stream);
    const Alignment alignment = align(one, other);
    CHECK(alignment.permutations.empty());
    CHECK(alignment.is_converged);
}

}  // namespace espalier::topology
