#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/structure/channel_overlap.hpp>

#include "topology/all_paths.hpp"
#include "topology/measured.hpp"

namespace espalier::topology {
using namespace testing;

namespace {

double overlap_of_sets(const Pattern& p, std::size_t channels) {
    const std::size_t places = p.cols() / channels;
    double sum = 0;
    double counted = 0;
    for (std::size_t c = 0; c < channels; ++c) {
        std::size_t common = 0;
        std::vector<std::size_t> fed(places, 0);
        for (std::size_t to = 0; to < p.rows(); ++to) {
            bool all = true;
            for (std::size_t q = 0; q < places; ++q) {
                const bool has = p.contains(to, c * places + q);
                fed[q] += has ? 1 : 0;
                all = all && has;
            }
            common += all ? 1 : 0;
        }
        if (std::ranges::min(fed) == 0) continue;
        sum += static_cast<double>(common) / static_cast<double>(std::ranges::min(fed));
        counted += 1;
    }
    return counted == 0 ? 0 : sum / counted;
}

}  // namespace

TEST_CASE("channel overlap: a drawn layer", "[topology][channel_overlap]") {
    //  channel     0   |  1  |  2
    //  place     0   1 | 0 1 | 0 1
    const Pattern p = pattern({{1, 1, 1, 0, 1, 0}, {1, 1, 0, 1, 0, 0}, {1, 0, 0, 0, 1, 0}});
    CHECK(channel_overlap(p, 3) == Approx((1.0 + 0.0) / 2));  // the third has a place that feeds nothing
    CHECK(channel_overlap(p, 1) == 0);
    CHECK(channel_overlap(Pattern::full(3, 6), 2) == 1);
    CHECK(channel_overlap(Pattern::empty(3, 6), 2) == 0);
}

TEST_CASE("channel overlap: agrees with sets", "[topology][channel_overlap]") {
    INFO(seed_text());
    for (std::uint32_t trial = 0; trial < 200; ++trial) {
        Stream stream = test_stream(trial);
        const std::size_t channels = 1 + stream.below(5);
        const std::size_t rows = 1 + stream.below(8);
        const std::size_t cols = channels * (1 + stream.below(4));
        const Pattern p = random_pattern(rows, cols, 0.6, stream);
        CHECK(channel_overlap(p, channels) == Approx(overlap_of_sets(p, channels)));
    }
}

TEST_CASE("channel overlap: of a network's layers", "[topology][channel_overlap]") {
    Topology net{"conv", {layer("c", Pattern::full(2, 12)), layer("l", Pattern::full(3, 8)), layer("m", Pattern())}};
    net.layers[0].shape = {2, 3, 2, 2};
    CHECK(input_channels(net) == std::vector<std::size_t>{3, 2, 3});
    net.layers[1] = layer("l", pattern({{1, 1, 1, 1, 1, 1, 1, 1}, {1, 0, 0, 0, 0, 0, 1, 1}, {0, 1, 0, 0, 0, 0, 0, 0}}));
    const std::vector<MetricValue> values = measured("channel_overlap", net).layers;
    CHECK(values[0].number() == 1);
    CHECK(values[1].number() == 1);
    CHECK(values[2].reason() == "no inputs");
    // Layers that do not chain, such as shortcuts, still have channels of their own.
    const Topology torn = network("torn", {Pattern::full(3, 4), Pattern::full(2, 5)});
    CHECK(input_channels(torn) == std::vector<std::size_t>{4, 5});
    CHECK_THROWS_AS(channel_overlap(Pattern::full(2, 5), 2), FormatError);
    CHECK_THROWS_WITH(channel_overlap(Pattern::full(2, 5), 2), Contains("5 inputs") && Contains("2 channels"));
}

}  // namespace espalier::topology
