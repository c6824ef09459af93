#include <espalier/base/random/random_choice.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/topology/generators/block_sparse.hpp>

namespace espalier::topology {
namespace {

void require_multiple(std::size_t whole, std::size_t part, const std::string& side) {
    if (part > 0 && whole % part == 0) return;
    throw ConfigError("blocks of " + std::to_string(part) + " " + side + " do not divide " + std::to_string(whole));
}

}  // namespace

Pattern block_sparse(std::size_t rows, std::size_t cols, const BlockSize& size, std::size_t blocks, Stream& stream) {
    require_multiple(rows, size.rows, "outputs");
    require_multiple(cols, size.cols, "inputs");
    const std::size_t block_rows = rows / size.rows;
    const std::size_t block_cols = cols / size.cols;
    require_room(block_rows, block_cols, blocks, "block");
    if (blocks == block_rows * block_cols) return Pattern::full(rows, cols);
    const Pattern grid =
        Pattern::from_flat(block_rows, block_cols, random_choice(block_rows * block_cols, blocks, stream));
    return Pattern::by_rows(
        rows, cols, blocks * size.rows * size.cols,
        [&](std::size_t row) { return grid.row(row / size.rows).size() * size.cols; },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            auto next = to.begin();
            for (const std::uint32_t block : grid.row(row / size.rows)) {
                for (std::size_t k = 0; k < size.cols; ++k) {
                    *next++ = static_cast<std::uint32_t>(block * size.cols + k);
                }
            }
        });
}

}  // namespace espalier::topology
