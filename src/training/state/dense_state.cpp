#include <algorithm>

#include <espalier/base/threads/threads.hpp>
#include <espalier/training/state/dense_state.hpp>

namespace espalier::training {
namespace {

/// Gradient entries that one thread holds at a time: 1 MiB.
constexpr std::size_t block_entries = std::size_t{1} << 18;

}  // namespace

void DenseState::gather(std::size_t layer, std::size_t rows, std::size_t cols, const sparsity::PositionRows& gradient) {
    const std::size_t in_block = std::clamp<std::size_t>(block_entries / std::max<std::size_t>(1, cols), 1, rows);
    const auto decay = static_cast<float>(decay_);
    const auto weight = static_cast<float>(weight_);
    float* state = layers_[layer].data();
    parallel_for((rows + in_block - 1) / in_block, [&](std::size_t b) {
        const std::size_t first = b * in_block;
        const std::size_t count = std::min(in_block, rows - first);
        std::vector<float> block(count * cols);
        gradient(first, count, block);
        float* to = state + first * cols;
        for (std::size_t k = 0; k < block.size(); ++k) to[k] = decay * to[k] + weight * block[k];
    });
}

void DenseState::clear(std::size_t layer) {
    std::ranges::fill(layers_[layer], 0.0F);
}

sparsity::PositionRows DenseState::rows(std::size_t layer, std::size_t cols) const {
    return [this, layer, cols](std::size_t first, std::size_t count, std::span<float> out) {
        const float* from = layers_[layer].data() + first * cols;
        std::copy_n(from, count * cols, out.begin());
    };
}

}  // namespace espalier::training
