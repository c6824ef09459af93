#pragma once

#include <cstdint>
#include <vector>

#include <espalier/kernels/images/taps.hpp>

namespace espalier::kernels {

/// A position of the window that the layout's axes use.
struct UsedPosition {
    std::size_t number;            ///< in the window
    std::uint32_t offset;          ///< where a tile keeps what it meets at the first output, in a channel
    AxisPlan::Outputs rows, cols;  ///< for which that lies in the image: elsewhere it meets zeros
};

/// @param read  the image that tiles are of
std::vector<UsedPosition> used_positions(const TileLayout& layout, const Image& read);

/// Outputs that meet the border of their image alike are of one class: the taps of each class that meet the image, of a
/// whole block of channels, those of a channel together. Of maps of 2x2 pixels and a window of 3x3 they are four of
/// nine.
class ClassTaps {
  public:
    ClassTaps(const TileLayout& layout, const std::vector<UsedPosition>& positions);

    /// [row class][column class] the taps, and how many of them are of a block's first channels.
    const PanelTap* const* lists() const { return lists_.data(); }
    std::vector<std::uint32_t> counts(std::size_t channels) const;
    /// The classes of outputs from this one on.
    const std::uint32_t* row_class(std::size_t first) const { return rows_.data() + first; }
    const std::uint32_t* col_class() const { return cols_.data(); }
    std::size_t col_classes() const { return cols_.empty() ? 0 : cols_.back() + 1UL; }

  private:
    std::vector<std::uint32_t> rows_, cols_;      ///< class of each output
    std::vector<std::uint32_t> taps_of_channel_;  ///< [row class][column class]
    std::vector<PanelTap> taps_;
    std::vector<const PanelTap*> lists_;
};

/// The taps of a block of so many channels in the order in which gradients are best computed: of small maps those of
/// one position side by side, so that all of them meet the image for the same outputs; of others those of one channel,
/// which read the same numbers.
template <class T>
std::vector<CorrelationTap> correlation_taps(const TileLayout& layout, const std::vector<UsedPosition>& positions,
                                             std::size_t channels);

}  // namespace espalier::kernels
