#include <algorithm>

#include <espalier/base/random/random_choice.hpp>
#include <espalier/topology/generators/circulant.hpp>

namespace espalier::topology {

Pattern circulant(std::size_t rows, std::size_t cols, std::size_t edges, Stream& stream) {
    require_room(rows, cols, edges, "circulant");
    if (edges == 0) return Pattern::empty(rows, cols);
    if (edges == rows * cols) return Pattern::full(rows, cols);
    const std::size_t fan_in = edges / rows;
    const std::size_t rest = edges % rows;  // outputs with one more
    std::vector<std::uint32_t> offsets;
    for (const std::uint64_t offset : random_choice(cols, fan_in + (rest > 0 ? 1 : 0), stream)) {
        offsets.push_back(static_cast<std::uint32_t>(offset));
    }
    shuffle(offsets, stream);  // the last one is that of the outputs with one more
    const auto more_before = [&](std::size_t row) { return row * rest / rows; };
    return Pattern::by_rows(
        rows, cols, 20 * edges, [&](std::size_t row) { return fan_in + more_before(row + 1) - more_before(row); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            const std::uint64_t shift = row * cols / rows;
            for (std::size_t k = 0; k < to.size(); ++k) {
                to[k] = static_cast<std::uint32_t>((shift + offsets[k]) % cols);
            }
            std::ranges::sort(to);
        });
}

}  // namespace espalier::topology
