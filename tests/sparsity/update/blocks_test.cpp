#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/update/blocks.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("blocks: a mask of blocks and its blocks are each other's image", "[sparsity][structures]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (const BlockShape block : {BlockShape{1, 1}, BlockShape{2, 3}, BlockShape{4, 1}, BlockShape{1, 5}}) {
        const Pattern blocks = random_pattern(6, 7, 0.3, stream);
        const Pattern mask = expanded(blocks, block);
        CHECK(mask.edges() == blocks.edges() * block.size());
        CHECK(blocks_of(mask, block) == blocks);
        for (std::size_t row = 0; row < mask.rows(); ++row) {
            for (std::size_t col = 0; col < mask.cols(); ++col) {
                CHECK(mask.contains(row, col) == blocks.contains(row / block.rows, col / block.cols));
            }
        }
    }
    CHECK(blocks_of(Pattern::full(4, 6), {2, 3}).is_full());
}

TEST_CASE("blocks: a mask with parts of blocks is refused", "[sparsity][structures]") {
    CHECK_THROWS_AS(blocks_of(pattern({{1, 1, 0, 0}, {1, 0, 0, 0}}), {2, 2}), FormatError);
    CHECK_THROWS_AS(blocks_of(pattern({{1, 1, 1}}), {1, 2}), FormatError);
}

TEST_CASE("blocks: scores are means over each block, kept or by rows", "[sparsity][structures]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const BlockShape block{2, 3};
    const Pattern blocks = random_pattern(5, 4, 0.5, stream);
    const Pattern mask = expanded(blocks, block);
    std::vector<float> dense(mask.positions());
    for (float& value : dense) value = static_cast<float>(stream.below(100)) - 50.0F;
    std::vector<float> kept;
    for (const std::uint64_t position : mask.flat()) kept.push_back(dense[position]);
    const auto mean = [&](std::size_t row, std::size_t col, auto part) {
        double sum = 0.0;
        for (std::size_t r = 0; r < 2; ++r) {
            for (std::size_t c = 0; c < 3; ++c) sum += part(dense[(2 * row + r) * 12 + 3 * col + c]);
        }
        return sum / 6;
    };
    const std::vector<float> means = block_means(blocks, block, kept);
    const auto flat = blocks.flat();
    for (std::size_t k = 0; k < flat.size(); ++k) {
        CHECK(means[k] == Approx(mean(flat[k] / 4, flat[k] % 4, [](float v) { return v; })).margin(1e-4));
    }
    const PositionRows rows = block_rows(
        [&](std::size_t first, std::size_t count, std::span<float> out) {
            std::copy_n(dense.begin() + static_cast<std::ptrdiff_t>(first * 12), count * 12, out.begin());
        },
        12, block);
    std::vector<float> pooled(2 * 4);
    rows(3, 2, pooled);
    for (std::size_t k = 0; k < 8; ++k) {
        CHECK(pooled[k] == Approx(mean(3 + k / 4, k % 4, [](float v) { return std::abs(v); })).margin(1e-4));
    }
}

}  // namespace espalier::sparsity
