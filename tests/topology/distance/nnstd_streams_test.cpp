#include <algorithm>
#include <numeric>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/distance/aligned_weights.hpp>
#include <espalier/topology/distance/nnstd.hpp>
#include <espalier/topology/distance/nnstd_joint.hpp>

#include "topology/weighted_networks.hpp"

namespace espalier::topology {
using namespace testing;
namespace {

using Names = std::vector<std::string>;
using Order = std::vector<std::uint32_t>;

Order in_place(std::size_t size) {
    Order order(size);
    std::iota(order.begin(), order.end(), 0U);
    return order;
}

/// Every neuron's inputs, `block` of them side by side.
Order in_blocks(const Order& order, std::size_t block) {
    Order places(order.size() * block);
    for (std::size_t x = 0; x < places.size(); ++x) {
        places[x] = static_cast<std::uint32_t>(order[x / block] * block + x % block);
    }
    return places;
}

/// How many neurons a residual network of convolutions has where, and how many inputs each is.
struct Sizes {
    std::size_t inputs, stream, inside, wide, outputs, block;
};

/// A stem; a block inside the stream; a block whose shortcut (layer 5) leads to a wider stream; a head.
Topology residual(const Sizes& sizes, double density, Stream& stream) {
    const auto [inputs, narrow, inside, wide, outputs, block] = sizes;
    Topology net = network(
        "residual",
        {random_pattern(narrow, inputs, density, stream), random_pattern(inside, narrow * block, density, stream),
         random_pattern(narrow, inside * block, density, stream),
         random_pattern(inside, narrow * block, density, stream), random_pattern(wide, inside * block, density, stream),
         random_pattern(wide, narrow, density, stream), random_pattern(outputs, wide * block, density, stream)});
    const std::vector<Names> fed_by = {{""},       {"layer0"},           {"layer1"},          {"layer0", "layer2"},
                                       {"layer3"}, {"layer0", "layer2"}, {"layer4", "layer5"}};
    for (std::size_t k = 0; k < fed_by.size(); ++k) {
        net.layers[k].fed_by = fed_by[k];
        for (std::size_t edge = 0; edge < net.layers[k].pattern.edges(); ++edge) {
            net.layers[k].values.push_back(static_cast<float>(1 + stream.below(100)));
        }
    }
    return net;
}

/// The numbers of neurons of the narrow stream, inside both blocks, and of the wide stream.
struct Numbers {
    Order narrow, first, second, wide;
};

/// Which neuron of the copy stands for which, of each layer's outputs and inputs; `added` are the outputs of the layer
/// that adds to the narrow stream.
std::vector<std::pair<Order, Order>> sides(const Sizes& sizes, const Numbers& numbers, const Order& added) {
    const std::size_t block = sizes.block;
    return {{numbers.narrow, in_place(sizes.inputs)},
            {numbers.first, in_blocks(numbers.narrow, block)},
            {added, in_blocks(numbers.first, block)},
            {numbers.second, in_blocks(numbers.narrow, block)},
            {numbers.wide, in_blocks(numbers.second, block)},
            {numbers.wide, numbers.narrow},
            {in_place(sizes.outputs), in_blocks(numbers.wide, block)}};
}

Topology renumbered_network(const Topology& net, const std::vector<std::pair<Order, Order>>& sides) {
    Topology copy = net;
    copy.label = "renumbered";
    for (std::size_t k = 0; k < net.layers.size(); ++k) {
        const Layer& from = net.layers[k];
        Layer& to = copy.layers[k];
        to.pattern = testing::renumbered(from.pattern, sides[k].first, sides[k].second);
        std::vector<std::vector<float>> weights(from.pattern.rows(), std::vector<float>(from.pattern.cols()));
        std::size_t edge = 0;
        for (std::size_t row = 0; row < from.pattern.rows(); ++row) {
            for (const std::uint32_t col : from.pattern.row(row)) {
                weights[sides[k].first[row]][sides[k].second[col]] = from.values[edge++];
            }
        }
        to.values.clear();
        for (std::size_t row = 0; row < to.pattern.rows(); ++row) {
            for (const std::uint32_t col : to.pattern.row(row)) to.values.push_back(weights[row][col]);
        }
    }
    return copy;
}

double mean_edit_distance(const Pattern& first, const Pattern& second, const Order& outputs, const Order& inputs) {
    const auto x = dense(first);
    const auto y = dense(second);
    double sum = 0;
    for (std::size_t a = 0; a < x.size(); ++a) {
        int different = 0;
        int either = 0;
        for (std::size_t i = 0; i < x[a].size(); ++i) {
            const int there = y[outputs[a]][inputs[i]];
            different += x[a][i] != there ? 1 : 0;
            either += x[a][i] + there > 0 ? 1 : 0;
        }
        sum += either == 0 ? 0.0 : static_cast<double>(different) / either;
    }
    return sum / static_cast<double>(x.size());
}

}  // namespace

TEST_CASE("nnstd streams: a residual network renumbered stream by stream is found again", "[topology][nnstd]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 20; ++trial) {
        Stream stream = test_stream(trial);
        const Sizes of{48, 16, 12, 20, 10, trial % 2 == 0 ? std::size_t{9} : std::size_t{1}};
        const Topology net = residual(of, 0.4, stream);
        const Numbers numbers{random_permutation(16, stream), random_permutation(12, stream),
                              random_permutation(12, stream), random_permutation(20, stream)};
        const Topology copy = renumbered_network(net, sides(of, numbers, numbers.narrow));
        const std::vector<LayerMatch> matches = nnstd(net, copy);
        for (const LayerMatch& match : matches) CHECK(match.distance == 0);
        CHECK(matches[0].partner == numbers.narrow);
        CHECK(matches[1].partner == numbers.first);
        CHECK(matches[2].partner == numbers.narrow);
        CHECK(matches[4].partner == numbers.wide);
        CHECK(matches[5].partner == numbers.wide);
        for (const WeightSums& sums : compare_aligned_weights(net, copy, matches)) CHECK(sums.difference == 0);

        // Layers that add to one stream, renumbered each for itself, are another network.
        const Topology torn = renumbered_network(net, sides(of, numbers, random_permutation(16, stream)));
        CHECK(nnstd(net, torn)[2].distance > 0);
        // And a chain of the layers as they are listed does not know the copy.
        CHECK(nnstd_layerwise(net, copy)[3].distance > 0);
    }
}

TEST_CASE("nnstd streams: distances are those of the definition", "[topology][nnstd]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 40; ++trial) {
        Stream stream = test_stream(trial);
        const Sizes of{7, 5, 4, 6, 3, 1 + trial % 3};
        const double density = 0.1 + 0.02 * trial;
        const Topology a = residual(of, density, stream);
        const Topology b = residual(of, density, stream);
        const std::vector<LayerMatch> matches = nnstd(a, b);
        CHECK(matches[2].partner == matches[0].partner);
        CHECK(matches[5].partner == matches[4].partner);
        const Numbers numbers{matches[0].partner, matches[1].partner, matches[3].partner, matches[4].partner};
        auto names = sides(of, numbers, numbers.narrow);
        names[6].first = matches[6].partner;
        for (std::size_t k = 0; k < 7; ++k) {
            const auto& [outputs, inputs] = names[k];
            const Pattern& one = a.layers[k].pattern;
            const Pattern& other = b.layers[k].pattern;
            CHECK(matches[k].distance == Approx(mean_edit_distance(one, other, outputs, inputs)).margin(1e-12));
            if (k == 2 || k == 5) continue;  // measured with a matching that another layer chose
            Order any = in_place(one.rows());
            double least = 1;
            do {
                least = std::min(least, mean_edit_distance(one, other, any, inputs));
            } while (std::ranges::next_permutation(any).found);
            CHECK(matches[k].distance == Approx(least).margin(1e-12));
        }
        for (const LayerMatch& match : nnstd(a, a)) CHECK(match.distance == 0);
    }
}

TEST_CASE("nnstd streams: where the network's input is added neurons stand for themselves", "[topology][nnstd]") {
    Topology a = network("a", {pattern({{1, 0}, {0, 1}}), pattern({{1, 0}, {1, 1}})});
    a.layers[0].fed_by = Names{""};
    a.layers[1].fed_by = Names{"", "layer0"};
    Topology b = a;
    b.layers[0].pattern = pattern({{0, 1}, {1, 0}});
    CHECK(nnstd(a, b)[0].distance == 1);
    CHECK(nnstd(a, b)[1].distance == 0);
}

TEST_CASE("nnstd streams: networks that hang together differently are refused", "[topology][nnstd]") {
    Stream stream = test_stream();
    const Topology a = residual({4, 4, 4, 4, 4, 1}, 0.5, stream);
    Topology b = a;
    b.label = "b.h5";
    b.layers[3].fed_by = Names{"layer2"};
    b.layers[5].fed_by = Names{"layer0"};
    CHECK_THROWS_WITH(nnstd(a, b), Contains("'layer2'") && Contains("b.h5") && Contains("nnstd_layerwise"));
    CHECK_THROWS_WITH(nnstd_joint(a, a), Contains("no chain"));
    Topology uneven = a;
    uneven.layers[0] = layer("layer0", Pattern::full(5, 4));
    uneven.layers[0].fed_by = Names{""};
    CHECK_THROWS_WITH(nnstd(uneven, uneven), Contains("nnstd_layerwise"));
}

/// Outputs and inputs in other places: row i of the result is row rows[i], its inputs of block columns each moved
/// alike.
Pattern moved(const Pattern& pattern, const Order& rows, const Order& units, std::size_t block) {
    std::vector<std::uint64_t> flat;
    for (std::size_t i = 0; i < pattern.rows(); ++i) {
        for (std::size_t j = 0; j < units.size() * block; ++j) {
            const auto from = static_cast<std::uint32_t>(units[j / block] * block + j % block);
            if (std::ranges::binary_search(pattern.row(rows[i]), from)) flat.push_back(i * pattern.cols() + j);
        }
    }
    return Pattern::from_flat(pattern.rows(), pattern.cols(), flat);
}

Order shuffled(Order order, Stream& stream) {
    for (std::size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[stream.below(k)]);
    return order;
}

/// No two rows alike, so that the matching of equal neurons is unique.
Pattern with_own_rows(std::size_t rows, std::size_t cols, Stream& stream) {
    while (true) {
        const Pattern drawn = random_pattern(rows, cols, 0.5, stream);
        std::set<std::vector<std::uint32_t>> kinds;
        for (std::size_t row = 0; row < rows; ++row) kinds.emplace(drawn.row(row).begin(), drawn.row(row).end());
        if (kinds.size() == rows) return drawn;
    }
}

TEST_CASE("nnstd streams: stages that a shortcut without parameters joins keep one matching", "[topology][nnstd]") {
    INFO(seed_text());
    Stream stream = test_stream();
    // A stem of 8, a layer of 16 to whose middle the stem is added, and a head.
    Topology a =
        network("a", {with_own_rows(8, 12, stream), with_own_rows(16, 8, stream), with_own_rows(5, 16, stream)});
    a.layers[0].fed_by = Names{""};
    a.layers[1].fed_by = Names{"layer0"};
    a.layers[2].fed_by = Names{"layer0", "layer1"};
    const Order narrow = shuffled(in_place(8), stream);
    const Order outer = shuffled(Order{0, 1, 2, 3, 12, 13, 14, 15}, stream);
    Order wide = in_place(16);
    for (std::size_t k = 0; k < 8; ++k) {
        wide[4 + k] = 4 + narrow[k];
        wide[k < 4 ? k : k + 8] = outer[k];
    }
    Topology b = a;
    b.layers[0].pattern = moved(a.layers[0].pattern, narrow, in_place(12), 1);
    b.layers[1].pattern = moved(a.layers[1].pattern, wide, narrow, 1);
    b.layers[2].pattern = moved(a.layers[2].pattern, in_place(5), wide, 1);
    for (const LayerMatch& match : nnstd(a, b)) CHECK(match.distance == 0);
    CHECK(nnstd_layerwise(a, b)[2].distance > 0);
}

TEST_CASE("nnstd streams: a depthwise convolution goes with what it takes", "[topology][nnstd]") {
    INFO(seed_text());
    Stream stream = test_stream();
    Topology a =
        network("a", {with_own_rows(8, 12, stream), random_pattern(8, 9, 0.5, stream), with_own_rows(6, 8, stream)});
    a.layers[1].shape = {8, 1, 3, 3};
    a.layers[1].groups = 8;
    a.layers[2].shape = {6, 8, 1, 1};
    const Order order = shuffled(in_place(8), stream);
    Topology b = a;
    b.layers[0].pattern = moved(a.layers[0].pattern, order, in_place(12), 1);
    b.layers[1].pattern = moved(a.layers[1].pattern, order, in_place(9), 1);
    b.layers[2].pattern = moved(a.layers[2].pattern, in_place(6), order, 1);
    for (const LayerMatch& match : nnstd(a, b)) CHECK(match.distance == 0);
    CHECK_THROWS_WITH(nnstd_joint(a, b), Contains("'layer1'") && Contains("grouped convolution"));
    // Other groups keep every neuron in its place.
    Topology grouped = a;
    grouped.layers[1] = layer("layer1", with_own_rows(8, 4, stream));
    grouped.layers[1].shape = {8, 4, 1, 1};
    grouped.layers[1].groups = 2;
    for (const LayerMatch& match : nnstd(grouped, grouped)) CHECK(match.distance == 0);
}

}  // namespace espalier::topology
