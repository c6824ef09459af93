#include <espalier/topology/generators/block_sparse.hpp>

#include "topology/generator_battery.hpp"

namespace espalier::topology {
using namespace testing;

TEST_CASE("block_sparse: blocks are whole or absent, and as many as asked for", "[topology][generators]") {
    INFO(seed_text());
    for (std::uint32_t k = 0; k < 60; ++k) {
        Stream stream = test_stream(k);
        const BlockSize size{1 + stream.below(5), 1 + stream.below(5)};
        const std::size_t rows = size.rows * (1 + stream.below(8));
        const std::size_t cols = size.cols * (1 + stream.below(8));
        const std::size_t blocks = stream.below(rows * cols / (size.rows * size.cols) + 1);
        const Pattern drawn = block_sparse(rows, cols, size, blocks, stream);
        CHECK(drawn.edges() == blocks * size.rows * size.cols);
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t col = 0; col < cols; ++col) {
                const bool of_corner = drawn.contains(row - row % size.rows, col - col % size.cols);
                CHECK(drawn.contains(row, col) == of_corner);
            }
        }
    }
}

TEST_CASE("block_sparse: every choice of blocks is equally likely", "[topology][generators]") {
    INFO(seed_text());
    Stream stream = test_stream();
    std::map<std::vector<std::uint64_t>, std::size_t> counts;
    for (int k = 0; k < 3000; ++k) ++counts[block_sparse(4, 6, {2, 2}, 2, stream).flat()];
    check_uniform(counts, 15);  // 2 of 6
}

TEST_CASE("block_sparse: what does not fit is refused", "[topology][generators]") {
    Stream stream = test_stream();
    CHECK_THROWS_WITH(block_sparse(10, 16, {8, 8}, 1, stream), Contains("blocks of 8 outputs do not divide 10"));
    CHECK_THROWS_WITH(block_sparse(16, 12, {8, 8}, 1, stream), Contains("blocks of 8 inputs do not divide 12"));
    CHECK_THROWS_AS(block_sparse(16, 16, {0, 8}, 1, stream), ConfigError);
    CHECK_THROWS_AS(block_sparse(16, 16, {8, 8}, 5, stream), ConfigError);
    CHECK(block_sparse(16, 16, {8, 8}, 4, stream).is_full());
}

}  // namespace espalier::topology
