#include <algorithm>

#include <espalier/kernels/images/used_positions.hpp>

namespace espalier::kernels {
namespace {

/// Taps in the lists of all classes beyond which all outputs are taken for one class.
constexpr std::size_t most_listed_taps = 1UL << 20;
/// Bytes of the channels whose taps of one position are summed together, so that the nearest cache keeps them from
/// position to position.
constexpr std::size_t near_bytes_of_channels = 24UL << 10;

/// The class of each of so many outputs: it changes where a position begins or ends to meet the image.
std::vector<std::uint32_t> classes(std::size_t outputs, const std::vector<UsedPosition>& positions,
                                   AxisPlan::Outputs UsedPosition::*axis) {
    std::vector<std::uint32_t> result(outputs, 0);
    for (const UsedPosition& position : positions) {
        for (const std::size_t at : {(position.*axis).begin, (position.*axis).end}) {
            if (at > 0 && at < outputs) result[at] = 1;
        }
    }
    for (std::size_t o = 1; o < outputs; ++o) result[o] += result[o - 1];
    return result;
}

bool meets(const AxisPlan::Outputs& outputs, std::size_t o) {
    return o >= outputs.begin && o < outputs.end;
}

}  // namespace

std::vector<UsedPosition> used_positions(const TileLayout& layout, const Image& read) {
    std::vector<UsedPosition> result;
    const std::size_t cols = layout.cols.taps.size();
    for (std::size_t a = 0; a < layout.rows.taps.size(); ++a) {
        for (std::size_t b = 0; b < cols; ++b) {
            const std::int64_t row = layout.rows.taps[a];
            const std::int64_t col = layout.cols.taps[b];
            if (row == AxisPlan::unused || col == AxisPlan::unused) continue;
            const std::size_t offset =
                static_cast<std::size_t>(row) * layout.row_elements + static_cast<std::size_t>(col) * layout.unit;
            result.push_back({.number = a * cols + b,
                              .offset = static_cast<std::uint32_t>(offset),
                              .rows = layout.rows.that_meet(a, read.height),
                              .cols = layout.cols.that_meet(b, read.width)});
        }
    }
    return result;
}

ClassTaps::ClassTaps(const TileLayout& layout, const std::vector<UsedPosition>& positions)
    : rows_(classes(layout.rows.count, positions, &UsedPosition::rows)),
      cols_(classes(layout.cols.count, positions, &UsedPosition::cols)) {
    if (rows_.empty() || cols_.empty()) return;
    const auto lists_of = [&] { return (rows_.back() + 1UL) * (cols_.back() + 1UL); };
    const std::size_t taps = positions.size() * layout.block_channels;
    const bool all_alike = lists_of() * taps > most_listed_taps;
    if (all_alike) {
        std::ranges::fill(rows_, 0U);
        std::ranges::fill(cols_, 0U);
    }
    taps_.reserve(lists_of() * taps);  // lists are pointers into it
    for (std::size_t y = 0; y < rows_.size(); ++y) {
        if (y > 0 && rows_[y] == rows_[y - 1]) continue;
        for (std::size_t x = 0; x < cols_.size(); ++x) {
            if (x > 0 && cols_[x] == cols_[x - 1]) continue;
            const std::size_t begin = taps_.size();
            lists_.push_back(taps_.data() + begin);
            for (std::size_t channel = 0; channel < layout.block_channels; ++channel) {
                for (std::size_t p = 0; p < positions.size(); ++p) {
                    if (!all_alike && !(meets(positions[p].rows, y) && meets(positions[p].cols, x))) continue;
                    const std::size_t number = channel * positions.size() + p;
                    taps_.push_back(
                        {static_cast<std::uint32_t>(channel * layout.channel_elements) + positions[p].offset,
                         static_cast<std::uint32_t>(number * panel_rows)});
                }
            }
            taps_of_channel_.push_back(static_cast<std::uint32_t>((taps_.size() - begin) / layout.block_channels));
        }
    }
}

std::vector<std::uint32_t> ClassTaps::counts(std::size_t channels) const {
    std::vector<std::uint32_t> result = taps_of_channel_;
    for (std::uint32_t& count : result) count *= static_cast<std::uint32_t>(channels);
    return result;
}

template <class T>
std::vector<CorrelationTap> correlation_taps(const TileLayout& layout, const std::vector<UsedPosition>& positions,
                                             std::size_t channels) {
    const std::size_t channel_bytes = layout.rows.size * layout.row_elements * sizeof(T);
    const std::size_t together = correlated_taps * channel_bytes <= near_bytes_of_channels ? correlated_taps : 1;
    std::vector<CorrelationTap> taps;
    taps.reserve(channels * positions.size());
    for (std::size_t first = 0; first < channels; first += together) {
        for (std::size_t p = 0; p < positions.size(); ++p) {
            for (std::size_t channel = first; channel < std::min(channels, first + together); ++channel) {
                const UsedPosition& position = positions[p];
                taps.push_back(
                    {static_cast<std::uint32_t>(channel * layout.channel_elements) + position.offset,
                     static_cast<std::uint32_t>(channel * positions.size() + p),
                     static_cast<std::uint32_t>(position.rows.begin), static_cast<std::uint32_t>(position.rows.end),
                     static_cast<std::uint32_t>(position.cols.begin), static_cast<std::uint32_t>(position.cols.end)});
            }
        }
    }
    return taps;
}

template std::vector<CorrelationTap> correlation_taps<float>(const TileLayout&, const std::vector<UsedPosition>&,
                                                             std::size_t);
template std::vector<CorrelationTap> correlation_taps<double>(const TileLayout&, const std::vector<UsedPosition>&,
                                                              std::size_t);

}  // namespace espalier::kernels
