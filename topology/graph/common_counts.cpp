#include <algorithm>

#include <espalier/topology/graph/common_counts.hpp>

namespace espalier::topology {

CommonCounts::CommonCounts(const Pattern& layer) {
    for (std::size_t b = 0; b < layer.rows(); ++b) degrees_.push_back(static_cast<std::uint32_t>(layer.row(b).size()));
    const Pattern fed = layer.transposed();
    lists_missing_.reserve(fed.rows());
    for (std::size_t input = 0; input < fed.rows(); ++input) {
        const auto outputs = fed.row(input);
        const bool mostly_fed = 2 * outputs.size() > fed.cols();
        lists_missing_.push_back(mostly_fed ? 1 : 0);
        if (mostly_fed) {
            std::uint32_t next = 0;
            for (const std::uint32_t output : outputs) {
                for (; next < output; ++next) listed_.push_back(next);
                next = output + 1;
            }
            for (; next < fed.cols(); ++next) listed_.push_back(next);
        } else {
            listed_.insert(listed_.end(), outputs.begin(), outputs.end());
        }
        offsets_.push_back(listed_.size());
    }
    // Sets like the layer's own rows: inputs of a row times the average list, against the words of all rows.
    const double inputs = static_cast<double>(std::max<std::size_t>(1, layer.cols()));
    const double steps = layer.density() * static_cast<double>(listed_.size());
    if (steps > static_cast<double>(layer.rows()) * (inputs / 64 + 1)) bits_.emplace(layer);
}

void CommonCounts::count(std::span<const std::uint32_t> inputs, std::span<std::uint32_t> counts) const {
    if (bits_) return bits_->count(inputs, counts);
    const auto mostly = [&](std::uint32_t input) { return lists_missing_[input] != 0; };
    std::ranges::fill(counts, static_cast<std::uint32_t>(std::ranges::count_if(inputs, mostly)));
    for (const std::uint32_t input : inputs) {
        const auto listed = std::span(listed_).subspan(offsets_[input], offsets_[input + 1] - offsets_[input]);
        if (mostly(input)) {
            for (const std::uint32_t output : listed) --counts[output];
        } else {
            for (const std::uint32_t output : listed) ++counts[output];
        }
    }
}

}  // namespace espalier::topology
