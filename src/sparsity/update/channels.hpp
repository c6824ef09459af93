#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <espalier/base/patterns/pattern.hpp>
#include <espalier/base/random/random.hpp>
#include <espalier/base/text/named.hpp>

/// Removal of whole channels for good while a network trains (definitions.md 3.18).
/// Source: Yin et al., "Dynamic sparsity is channel-level sparsity learner", NeurIPS 2023 (Chase).
namespace espalier::sparsity {

/// What a channel is worth.
enum class ChannelScore {
    whole_filter,  ///< mean absolute weight over all positions of its filter, absent ones as 0 (UMM)
    kept_weights,  ///< over the kept ones alone; 0 where there are none (WMM)
};
/// What goes where an event finds more candidates than it is to remove.
enum class ChannelSurplus {
    lowest,  ///< exactly the lowest scores
    random,  ///< as the published program: one candidate more than needed, then a random choice in each layer
};

const std::vector<Choice<ChannelScore>>& channel_scores();
const std::vector<Choice<ChannelSurplus>>& channel_surpluses();

/// When channels are removed, and how many: pure functions of the step.
struct ChannelPlan {
    double share = 0.0;      ///< of the channels that may go, gone after the last event; 0: none ever goes
    std::int64_t every = 0;  ///< steps between events
    std::int64_t shift = 0;  ///< steps by which events come before the multiples of `every`; less than that
    std::int64_t until = 0;  ///< no event after this step
    double floor = 0.5;      ///< of a layer's share of what is left at the end: what it keeps at least
    ChannelScore score = ChannelScore::whole_filter;
    ChannelSurplus surplus = ChannelSurplus::lowest;

    bool removes() const { return share > 0.0; }
    bool falls_on(std::int64_t step) const {
        return removes() && step > 0 && step <= until && (step + shift) % every == 0;
    }
    std::int64_t events() const { return removes() ? (until + shift) / every : 0; }
    /// Share that is gone after the event at this step, or the last before it: cubic by events, so that the last
    /// reaches `share` itself.
    double gone(std::int64_t step) const;
    /// Channels that a layer of so many keeps: the floor of its share, and one at least.
    std::size_t least(std::size_t channels) const;
};

/// Each channel's score from its filter, a row of the mask, [rows]. O(edges).
std::vector<double> channel_scores_of(const Pattern& pattern, std::span<const float> values, ChannelScore score);

/// The channels of one layer.
struct LayerChannels {
    std::vector<double> scores;      ///< [channels]
    std::vector<std::uint8_t> gone;  ///< [channels] not 0: removed before
    std::size_t least = 1;           ///< that stay

    std::size_t left() const;
};

/// The channels that go so that `gone` of all layers' channels are gone, or as many as the layers' least numbers let
/// go: the lowest scores of all layers in one ranking, of equal ones those of earlier layers and lower numbers first.
/// @param gone    channels, those removed before counted; a fraction is rounded up
/// @param random  ChannelSurplus::random by this stream; else ChannelSurplus::lowest
/// @return [layers][channels] 1 for those that go now
std::vector<std::vector<std::uint8_t>> removed_channels(const std::vector<LayerChannels>& layers, double gone,
                                                        std::optional<Stream> random = std::nullopt);

}  // namespace espalier::sparsity
