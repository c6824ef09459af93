#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/joint_similarity.hpp>
#include <espalier/topology/distance/matched_neurons.hpp>
#include <espalier/topology/distance/nnstd_joint.hpp>

#include "topology/networks.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

using Partners = std::vector<std::uint32_t>;

double sum(const std::vector<LayerMatch>& matches) {
    double total = 0;
    for (const LayerMatch& match : matches) total += match.distance;
    return total;
}

/// The definition, by dense rows of the renumbered second network.
double sum_under(const Topology& first, const Topology& second, const std::vector<Partners>& partner) {
    double total = 0;
    for (std::size_t k = 0; k < partner.size(); ++k) {
        const auto x = dense(first.layers[k].pattern);
        const auto y = dense(second.layers[k].pattern);
        const std::size_t inputs = first.layers[k].pattern.cols();
        const std::size_t block = k == 0 ? 1 : inputs / partner[k - 1].size();
        double cost = 0;
        for (std::size_t a = 0; a < x.size(); ++a) {
            int different = 0;
            int either = 0;
            for (std::size_t i = 0; i < inputs; ++i) {
                const std::size_t in_second = k == 0 ? i : partner[k - 1][i / block] * block + i % block;
                const int other = y[partner[k][a]][in_second];
                different += x[a][i] != other ? 1 : 0;
                either += x[a][i] + other > 0 ? 1 : 0;
            }
            cost += either == 0 ? 0.0 : static_cast<double>(different) / either;
        }
        total += cost / static_cast<double>(x.size());
    }
    return total;
}

std::vector<Partners> partners(const std::vector<LayerMatch>& matches) {
    std::vector<Partners> all;
    for (const LayerMatch& match : matches) all.push_back(match.partner);
    return all;
}

/// The least sum over all permutations of all layers.
double least_by_trying(const Topology& first, const Topology& second, std::vector<Partners>& partner,
                       std::size_t layer) {
    if (layer == first.layers.size()) return sum_under(first, second, partner);
    partner.resize(first.layers.size());
    Partners order = identity_partners(first.layers[layer].pattern.rows());
    double best = 1e300;
    do {
        partner[layer] = order;
        best = std::min(best, least_by_trying(first, second, partner, layer + 1));
    } while (std::ranges::next_permutation(order).found);
    return best;
}

}  // namespace

TEST_CASE("nnstd joint: values are those of its matching, never above the chain's", "[topology][nnstd_joint]") {
    INFO(seed_text());
    int better = 0;
    for (std::uint32_t trial = 0; trial < 60; ++trial) {
        Stream stream = test_stream(trial);
        const double density = 0.02 + 0.1 * (trial % 6);
        const Topology a = random_network({20, 16, 12, 12, 5}, density, stream);
        const Topology b = random_network({20, 16, 12, 12, 5}, density, stream);
        const auto joint = nnstd_joint(a, b);
        const double chain = sum(nnstd(a, b));
        CHECK(sum(joint) == Approx(sum_under(a, b, partners(joint))).margin(1e-12));
        CHECK(sum(joint) <= chain);
        CHECK(sum(joint) <=
              sum_under(a, b,
                        {identity_partners(16), identity_partners(12), identity_partners(12), identity_partners(5)}) +
                  1e-12);
        better += sum(joint) < chain - 1e-9 ? 1 : 0;
    }
    CHECK(better > 30);
}

TEST_CASE("nnstd joint: between the least of all permutations and the chain", "[topology][nnstd_joint]") {
    INFO(seed_text());
    int found = 0;
    for (std::uint32_t trial = 0; trial < 40; ++trial) {
        Stream stream = test_stream(trial);
        const Topology a = random_network({5, 4, 4, 3}, 0.5, stream);
        const Topology b = random_network({5, 4, 4, 3}, 0.5, stream);
        std::vector<Partners> order;
        const double least = least_by_trying(a, b, order, 0);
        const double joint = sum(nnstd_joint(a, b));
        CHECK(joint >= least - 1e-12);
        found += joint < least + 1e-9 ? 1 : 0;
    }
    CHECK(found >= 10);  // a local optimum, often the global one at this size
}

TEST_CASE("nnstd joint: the tangents are never above the truth", "[topology][nnstd_joint]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 50; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t block = 1 + trial % 3;
        const Pattern first = random_pattern(6, 9, 0.4, stream);
        const Pattern second = random_pattern(6, 9, 0.4, stream);
        const Pattern next_first = random_pattern(5, 6 * block, 0.4, stream);
        const Pattern next_second = random_pattern(5, 6 * block, 0.4, stream);
        const Partners present = random_permutation(6, stream);
        const Partners next = random_permutation(5, stream);
        const Partners before = random_permutation(9, stream);
        const JointSimilarity joint({first, second, next_first, next_second, before, present, next});
        const auto linear = [&](const Partners& partner) {
            double total = 0;
            std::vector<double> line(6);
            for (std::size_t a = 0; a < 6; ++a) {
                joint.row(a, line);
                total += line[partner[a]];
            }
            return total;
        };
        const auto exact = [&](const Partners& partner) {
            return -matched_cost(first, second, before, partner) -
                   6. / 5 * matched_cost(next_first, next_second, partner, next);
        };
        for (int k = 0; k < 5; ++k) {
            const Partners other = random_permutation(6, stream);
            CHECK(exact(other) - exact(present) >= linear(other) - linear(present) - 1e-12);
        }
    }
}

TEST_CASE("nnstd joint: 0 for equal networks, and renumbered ones with distinct neurons", "[topology][nnstd_joint]") {
    INFO(seed_text());
    for (const double density : {0.0, 0.05, 0.3, 1.0}) {
        Stream stream = test_stream();
        const Topology net = random_network({40, 30, 20, 10}, density, stream);
        CHECK(sum(nnstd_joint(net, net)) == 0);
    }
    Stream stream = test_stream(1);
    const Topology net = random_network({64, 50, 40, 10}, 0.3, stream);
    const auto first = random_permutation(50, stream);
    const auto second = random_permutation(40, stream);
    const Topology copy = network("renumbered", {renumbered(net.layers[0].pattern, first, identity_partners(64)),
                                                 renumbered(net.layers[1].pattern, second, first),
                                                 renumbered(net.layers[2].pattern, identity_partners(10), second)});
    CHECK(sum(nnstd_joint(net, copy)) == 0);
}

TEST_CASE("nnstd joint: finds hidden neurons that the first layer alone cannot tell apart", "[topology][nnstd_joint]") {
    // Both hidden neurons see all inputs; the next layer knows which is which. The chain's tie rule keeps them in
    // place.
    const Topology a = network("a", {Pattern::full(2, 3), pattern({{1, 0}, {1, 0}, {0, 1}})});
    const Topology b = network("b", {Pattern::full(2, 3), pattern({{0, 1}, {0, 1}, {1, 0}})});
    CHECK(sum(nnstd(a, b)) > 0);
    CHECK(sum(nnstd_joint(a, b)) == 0);
}

TEST_CASE("nnstd joint: blocks of inputs, fixed outputs, and no neurons at all", "[topology][nnstd_joint]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const Topology a = network("a", {random_pattern(8, 27, 0.3, stream), random_pattern(6, 32, 0.3, stream)});
    const Topology b = network("b", {random_pattern(8, 27, 0.3, stream), random_pattern(6, 32, 0.3, stream)});
    const auto joint = nnstd_joint(a, b);
    CHECK(sum(joint) == Approx(sum_under(a, b, partners(joint))).margin(1e-12));
    CHECK(sum(joint) <= sum(nnstd(a, b)));
    const auto fixed = nnstd_joint(a, b, {.match_last = false});
    CHECK(fixed[1].partner == identity_partners(6));
    CHECK(sum(fixed) <= sum(nnstd(a, b, {.match_last = false})));
    const Topology none = network("none", {Pattern::empty(0, 4), Pattern::empty(0, 0)});
    CHECK(sum(nnstd_joint(none, none)) == 0);
    CHECK_THROWS_WITH(nnstd_joint(a, network("c", {Pattern::full(8, 27)})), Contains("2 and 1 layers"));
}

}  // namespace espalier::topology
