#include <espalier/nn/models/image_builder.hpp>
#include <espalier/nn/models/models.hpp>
#include <espalier/training/plan/channel_cost.hpp>

#include "support.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// Full masks; then what is to be missing: rows (outputs) and columns of channels of one layer.
std::vector<Pattern> full_masks(const nn::NetworkSpec& spec) {
    std::vector<Pattern> masks;
    for (const std::size_t k : spec.weighted())
        masks.push_back(Pattern::full(spec.nodes[k].weight->rows(), spec.nodes[k].weight->cols()));
    return masks;
}

template <class Keeps>
Pattern kept_where(const Pattern& mask, const Keeps& keeps) {
    std::vector<std::uint64_t> flat;
    for (std::size_t row = 0; row < mask.rows(); ++row) {
        for (std::size_t col = 0; col < mask.cols(); ++col) {
            if (keeps(row, col)) flat.push_back(row * mask.cols() + col);
        }
    }
    return Pattern::from_flat(mask.rows(), mask.cols(), flat);
}

/// Two convolutions and a linear layer: 3 -> 4 -> 5 channels of 6x6 pixels, then 2x2, then 10 classes.
nn::NetworkSpec chain() {
    nn::ImageBuilder b({3, 6, 6});
    b.conv("a", {.channels = 4, .kernel = 3, .padding = 1}).batch_norm("bn").relu("relu");
    b.conv("b", {.channels = 5, .kernel = 3, .padding = 1}).max_pool("pool", 3);
    b.flatten("flatten").linear("fc", 10);
    return b.take();
}

constexpr std::size_t pixels = 36;

std::size_t chain_cost(std::size_t a, std::size_t b) {
    return (3 * a + a * b) * 9 * pixels + b * 4 * 10;
}

}  // namespace

TEST_CASE("channel cost: a channel without inputs or without outputs goes, and what hangs on it", "[training][plan]") {
    const nn::NetworkSpec spec = chain();
    std::vector<Pattern> masks = full_masks(spec);
    CHECK(rebuilt_multiply_adds(spec, masks) == chain_cost(4, 5));
    masks[0] = kept_where(masks[0], [](std::size_t row, std::size_t) { return row != 1; });
    CHECK(rebuilt_multiply_adds(spec, masks) == chain_cost(3, 5));
    masks[1] = kept_where(masks[1], [](std::size_t, std::size_t col) { return col / 9 != 2; });
    CHECK(rebuilt_multiply_adds(spec, masks) == chain_cost(2, 5));
    // Output channel 4 of the second reads channel 1 alone, which is dead: it goes, too.
    masks[1] =
        kept_where(full_masks(spec)[1], [](std::size_t row, std::size_t col) { return row != 4 || col / 9 == 1; });
    CHECK(rebuilt_multiply_adds(spec, masks) == chain_cost(3, 4));
    // One pixel of a channel that the linear layer reads keeps all of them.
    masks[2] = kept_where(masks[2], [](std::size_t, std::size_t col) { return col / 4 != 0 || col == 3; });
    CHECK(rebuilt_multiply_adds(spec, masks) == chain_cost(3, 4));
    masks[2] = kept_where(masks[2], [](std::size_t, std::size_t col) { return col / 4 != 0; });
    CHECK(rebuilt_multiply_adds(spec, masks) == chain_cost(3, 3));
}

TEST_CASE("channel cost: channels of a stream go together, those of a depthwise layer too", "[training][plan]") {
    nn::ImageBuilder b({3, 4, 4});
    b.conv("stem", {.channels = 4, .kernel = 1});
    const std::size_t stem = b.last();
    b.conv("inner", {.channels = 6, .kernel = 1}).conv("out", {.channels = 4, .kernel = 1}).sum("sum", stem);
    b.conv("depthwise", {.channels = 4, .kernel = 3, .padding = 1, .groups = 4}).adaptive_pool("pool", 1);
    b.flatten("flatten").linear("fc", 10);
    const nn::NetworkSpec spec = b.take();
    const auto cost = [](std::size_t stream, std::size_t inner, std::size_t depthwise) {
        return 16 * (3 * stream + 2 * stream * inner + 9 * depthwise) + 10 * depthwise;
    };
    std::vector<Pattern> masks = full_masks(spec);
    CHECK(rebuilt_multiply_adds(spec, masks) == cost(4, 6, 4));
    const auto without_row = [](const Pattern& mask, std::size_t gone) {
        return kept_where(mask, [&](std::size_t row, std::size_t) { return row != gone; });
    };
    masks[2] = without_row(masks[2], 0);  // the stem still writes to the stream's channel 0
    CHECK(rebuilt_multiply_adds(spec, masks) == cost(4, 6, 4));
    masks[0] = without_row(masks[0], 0);
    CHECK(rebuilt_multiply_adds(spec, masks) == cost(3, 6, 3));
    masks = full_masks(spec);
    masks[3] = without_row(masks[3], 2);  // nothing reads the stream's channel 2 but the block
    CHECK(rebuilt_multiply_adds(spec, masks) == cost(4, 6, 3));
    masks[1] = kept_where(masks[1], [](std::size_t, std::size_t col) { return col != 2; });
    CHECK(rebuilt_multiply_adds(spec, masks) == cost(3, 6, 3));
}

TEST_CASE("channel cost: dense networks of all kinds have nothing to skip", "[training][plan]") {
    for (const char* kind : {"cifar_resnet_8_8", "resnet8_A", "wrn-10-1", "mobilenet_v1_cifar", "vgg11"}) {
        INFO(kind);
        const nn::NetworkSpec spec = nn::network_spec(kind, {.width = 8}, {3, 32, 32}, 10);
        std::size_t dense = 0;
        for (const std::size_t k : spec.weighted()) {
            const nn::WeightSpec& weight = *spec.nodes[k].weight;
            dense += weight.rows() * weight.cols() * weight.uses;
        }
        CHECK(rebuilt_multiply_adds(spec, full_masks(spec)) == dense);
    }
}

}  // namespace espalier::training
