#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/update/blocks.hpp>

namespace espalier::sparsity {

Pattern blocks_of(const Pattern& mask, const BlockShape& block) {
    const std::size_t rows = mask.rows() / block.rows;
    const std::size_t cols = mask.cols() / block.cols;
    if (rows * block.rows != mask.rows() || cols * block.cols != mask.cols()) {
        throw FormatError("blocks of " + std::to_string(block.rows) + "x" + std::to_string(block.cols) +
                          " do not divide a mask of " + mask.shape_text());
    }
    if (mask.is_full()) return Pattern::full(rows, cols);
    Pattern blocks = Pattern::by_rows(
        rows, cols, mask.edges(), [&](std::size_t row) { return mask.row(row * block.rows).size() / block.cols; },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            const auto first = mask.row(row * block.rows);
            for (std::size_t k = 0; k < to.size(); ++k) {
                to[k] = static_cast<std::uint32_t>(first[k * block.cols] / block.cols);
            }
        });
    if (!(expanded(blocks, block) == mask))
        throw FormatError("a mask of " + mask.shape_text() + " keeps parts of blocks");
    return blocks;
}

Pattern expanded(const Pattern& blocks, const BlockShape& block) {
    const std::size_t rows = blocks.rows() * block.rows;
    const std::size_t cols = blocks.cols() * block.cols;
    if (blocks.is_full()) return Pattern::full(rows, cols);
    return Pattern::by_rows(
        rows, cols, blocks.edges() * block.size(),
        [&](std::size_t row) { return blocks.row(row / block.rows).size() * block.cols; },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            auto next = to.begin();
            for (const std::uint32_t col : blocks.row(row / block.rows)) {
                for (std::size_t k = 0; k < block.cols; ++k) {
                    *next++ = static_cast<std::uint32_t>(col * block.cols + k);
                }
            }
        });
}

std::vector<float> block_means(const Pattern& blocks, const BlockShape& block, std::span<const float> scores) {
    std::vector<float> means(blocks.edges());
    for_row_runs(blocks.rows(), scores.size(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const std::size_t number = blocks.row(row).size();
            const std::size_t first = blocks.row_begin(row);
            for (std::size_t b = 0; b < number; ++b) {
                double sum = 0.0;
                for (std::size_t r = 0; r < block.rows; ++r) {
                    const std::size_t start = first * block.size() + (r * number + b) * block.cols;
                    for (std::size_t c = 0; c < block.cols; ++c) sum += scores[start + c];
                }
                means[first + b] = static_cast<float>(sum / static_cast<double>(block.size()));
            }
        }
    });
    return means;
}

PositionRows block_rows(PositionRows rows, std::size_t cols, const BlockShape& block) {
    return [rows = std::move(rows), cols, block](std::size_t first, std::size_t count, std::span<float> out) {
        std::vector<float> single(count * block.rows * cols);
        rows(first * block.rows, count * block.rows, single);
        const std::size_t wide = cols / block.cols;
        for (std::size_t row = 0; row < count; ++row) {
            for (std::size_t b = 0; b < wide; ++b) {
                double sum = 0.0;
                for (std::size_t r = 0; r < block.rows; ++r) {
                    const std::size_t start = (row * block.rows + r) * cols + b * block.cols;
                    for (std::size_t c = 0; c < block.cols; ++c) sum += std::abs(single[start + c]);
                }
                out[row * wide + b] = static_cast<float>(sum / static_cast<double>(block.size()));
            }
        }
    };
}

}  // namespace espalier::sparsity
