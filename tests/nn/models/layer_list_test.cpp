#include <espalier/base/text/error.hpp>
#include <espalier/nn/graph/build.hpp>
#include <espalier/nn/models/layer_list.hpp>

#include "support.hpp"

namespace espalier::nn {
using namespace testing;
namespace {

using Entries = std::vector<LayerEntry>;
using Shape = std::vector<std::size_t>;

NetworkSpec listed(Entries entries, const Sample& sample) {
    entries.push_back({.kind = "flatten"});
    entries.push_back({.kind = "linear", .name = "head"});
    return layer_list_spec(entries, sample, 4);
}

}  // namespace

TEST_CASE("layer list: sequences have one row, whatever numbers say", "[nn]") {
    const NetworkSpec spec =
        listed({{.kind = "replication_pad", .padding_after = {0, 38}},
                {.kind = "conv1d", .name = "conv", .channels = 6, .kernel = {39, 39}, .bias = false},
                {.kind = "max_pool", .kernel = {2, 2}},
                {.kind = "conv1d", .name = "same", .channels = 6, .kernel = {4, 4}, .tf_same = true, .groups = 2},
                {.kind = "adaptive_max_pool", .size = {5, 5}}},
               {3, 1, 50});
    CHECK(spec.nodes[0].image == kernels::Image{3, 1, 88});
    CHECK(spec.nodes[1].image == kernels::Image{6, 1, 50});
    CHECK(spec.nodes[1].weight->shape == Shape{6, 3, 39});
    CHECK(spec.nodes[1].others == 0);
    CHECK(spec.nodes[2].image == kernels::Image{6, 1, 25});
    CHECK(spec.nodes[3].image == kernels::Image{6, 1, 25});  // one zero before, two after
    CHECK(spec.nodes[3].window->window.cols.before == 1);
    CHECK(spec.nodes[3].window->window.cols.after == 2);
    CHECK(spec.nodes[3].weight->shape == Shape{6, 3, 4});
    CHECK(spec.nodes[4].image == kernels::Image{6, 1, 5});
    CHECK(spec.nodes[6].weight->shape == Shape{4, 30});
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted())
        masks.push_back(Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
    const Network<float> network = build<float>(spec, masks, {});
    CHECK(network.weight(1)->shape() == Shape{6, 3, 39});
}

TEST_CASE("layer list: padding and pooling of images by both sides", "[nn]") {
    const NetworkSpec spec = listed({{.kind = "reflection_pad", .padding_before = {2, 1}, .padding_after = {0, 3}},
                                     {.kind = "adaptive_max_pool", .size = {3, 2}},
                                     {.kind = "zero_pad", .padding_before = {1, 0}}},
                                    {2, 6, 5});
    CHECK(spec.nodes[0].image == kernels::Image{2, 8, 9});
    CHECK(spec.nodes[1].image == kernels::Image{2, 3, 2});
    CHECK(spec.nodes[2].image == kernels::Image{2, 4, 2});
}

TEST_CASE("layer list: what does not fit is refused in one line that names the layer", "[nn]") {
    struct Case {
        Entries entries;
        const char* says;
    };
    const std::vector<Case> cases = {
        {{{.kind = "conv2d", .name = "big", .channels = 2, .kernel = {7, 7}, .padding_before = {0, 0}}},
         "layer big: a window of 7x7 does not fit its input of 6x5"},
        {{{.kind = "conv2d", .name = "cut", .channels = 3, .groups = 2}},
         "layer cut: 2 input and 3 output channels cannot be cut into 2 groups"},
        {{{.kind = "group_norm", .name = "gn", .groups = 3}}, "layer gn: 2 channels cannot be cut into 3 groups"},
        {{{.kind = "reflection_pad", .name = "pad", .padding_before = {0, 5}}},
         "layer pad: a reflection of 5 needs a larger side than 5"},
        {{{.kind = "conv1d", .name = "sequence", .channels = 2}}, "layer sequence: conv1d is for sequences"},
        {{{.kind = "adaptive_max_pool", .name = "none", .size = {0, 1}}}, "layer none: size is 1 at least"},
        {{{.kind = "conv2d", .name = "nothing"}}, "layer nothing: a convolution needs channels"},
        {{{.kind = "max_pool", .name = "pool", .kernel = {9, 2}}}, "layer pool: a window of 9x2 does not fit"},
        {{{.kind = "conv2d", .name = "a", .channels = 4}, {.kind = "sum", .name = "add", .from = "a", .with = "b"}},
         "layer add: with = 'b'"},
        {{{.kind = "conv2d", .name = "a", .channels = 4},
          {.kind = "conv2d", .name = "b", .channels = 3},
          {.kind = "sum", .name = "add", .with = "a"}},
         "layer add: cannot add images of 3x6x5 and 4x6x5"},
    };
    for (const Case& c : cases) {
        INFO(c.says);
        try {
            listed(c.entries, {2, 6, 5});
            FAIL("accepted");
        } catch (const ConfigError& error) {
            CHECK_THAT(error.what(), Contains(c.says));
            CHECK(std::string(error.what()).find('\n') == std::string::npos);
        }
    }
    CHECK_THROWS_WITH(listed({{.kind = "max_pool", .name = "pool", .kernel = {2, 3}}}, {2, 1, 9}),
                      Contains("layer pool: the data are sequences, which have one row"));
    CHECK_THROWS_WITH(
        layer_list_spec({{.kind = "conv2d", .channels = 4}, {.kind = "linear", .name = "fc"}}, {2, 6, 5}, 4),
        Contains("layer fc: takes features, and what comes before is an image of 4x6x5") &&
            Contains("a flatten is missing"));
    CHECK_THROWS_WITH(listed({{.kind = "flatten"}, {.kind = "max_pool", .name = "pool", .kernel = {2, 2}}}, {2, 6, 5}),
                      Contains("layer pool: takes images, and what comes before are 60 features"));
    CHECK_THROWS_WITH(layer_list_spec({{.kind = "conv2d", .name = "a", .channels = 4}}, {2, 6, 5}, 4),
                      Contains("layer a: the last layer gives 120 numbers, and there are 4 classes"));
}

}  // namespace espalier::nn
