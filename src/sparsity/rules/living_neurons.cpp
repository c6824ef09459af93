#include <espalier/sparsity/rules/living_neurons.hpp>

namespace espalier::sparsity {

LivingNeurons::LivingNeurons(std::span<const std::uint8_t> dead_outputs, std::span<const std::uint8_t> dead_inputs)
    : all_rows_(dead_outputs.size()) {
    const auto sort_out = [](std::span<const std::uint8_t> is_dead, std::vector<std::uint32_t>& living,
                             std::vector<std::uint32_t>& places) {
        for (std::size_t k = 0; k < is_dead.size(); ++k) {
            places.push_back(is_dead[k] != 0 ? dead : static_cast<std::uint32_t>(living.size()));
            if (is_dead[k] == 0) living.push_back(static_cast<std::uint32_t>(k));
        }
    };
    sort_out(dead_outputs, rows_, place_of_row_);
    sort_out(dead_inputs, cols_, place_of_col_);
}

Pattern LivingNeurons::among(const Pattern& mask) const {
    return Pattern::by_rows(
        rows_.size(), cols_.size(), 2 * mask.edges(),
        [&](std::size_t row) {
            std::size_t count = 0;
            for (const std::uint32_t col : mask.row(rows_[row])) count += place_of_col_[col] == dead ? 0 : 1;
            return count;
        },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            auto next = to.begin();
            for (const std::uint32_t col : mask.row(rows_[row])) {
                if (place_of_col_[col] != dead) *next++ = place_of_col_[col];
            }
        });
}

Pattern LivingNeurons::back(const Pattern& mask) const {
    const auto place = [&](std::size_t row) { return place_of_row_[row]; };
    return Pattern::by_rows(
        all_rows(), all_cols(), mask.edges(),
        [&](std::size_t row) { return place(row) == dead ? 0 : mask.row(place(row)).size(); },
        [&](std::size_t row, std::span<std::uint32_t> to) {
            if (to.empty()) return;
            const auto cols = mask.row(place(row));
            for (std::size_t k = 0; k < to.size(); ++k) to[k] = cols_[cols[k]];
        });
}

PositionRows LivingNeurons::among(const PositionRows& rows) const {
    if (!rows) return {};
    return [this, &rows](std::size_t first, std::size_t count, std::span<float> to) {
        // From the first to the last of them in the whole layer, at once: dense products like many rows.
        const std::size_t begin = rows_[first];
        const std::size_t number = rows_[first + count - 1] + 1 - begin;
        std::vector<float> whole(number * all_cols());
        rows(begin, number, whole);
        for (std::size_t row = 0; row < count; ++row) {
            const float* from = whole.data() + (rows_[first + row] - begin) * all_cols();
            for (std::size_t col = 0; col < cols_.size(); ++col) to[row * cols_.size() + col] = from[cols_[col]];
        }
    };
}

PositionScores LivingNeurons::among(const PositionScores& scores) const {
    if (!scores) return {};
    return [this, &scores](const Pattern& where, std::span<float> to) { scores(back(where), to); };
}

}  // namespace espalier::sparsity
