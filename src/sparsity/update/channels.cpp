#include <algorithm>
#include <cmath>
#include <tuple>

#include <espalier/sparsity/update/channels.hpp>

namespace espalier::sparsity {
namespace {

/// What counts as a whole number of channels in spite of rounding.
constexpr double channel_slack = 1e-9;

struct Candidate {
    double score;
    std::size_t layer;
    std::size_t channel;
};

/// The channels left, lowest first.
std::vector<Candidate> ranked(const std::vector<LayerChannels>& layers, const std::vector<bool>& closed) {
    std::vector<Candidate> all;
    for (std::size_t l = 0; l < layers.size(); ++l) {
        for (std::size_t c = 0; !closed[l] && c < layers[l].scores.size(); ++c) {
            if (layers[l].gone[c] == 0) all.push_back({layers[l].scores[c], l, c});
        }
    }
    std::ranges::sort(all, [](const Candidate& a, const Candidate& b) {
        return std::tie(a.score, a.layer, a.channel) < std::tie(b.score, b.layer, b.channel);
    });
    return all;
}

using Removed = std::vector<std::vector<std::uint8_t>>;

void remove_lowest(const std::vector<LayerChannels>& layers, double count, Removed& removed) {
    std::vector<std::size_t> spare;
    for (const LayerChannels& layer : layers) spare.push_back(layer.left() - std::min(layer.left(), layer.least));
    auto wanted = static_cast<std::size_t>(std::max(0.0, std::ceil(count - channel_slack)));
    for (const Candidate& next : ranked(layers, std::vector<bool>(layers.size(), false))) {
        if (wanted == 0) break;
        if (spare[next.layer] == 0) continue;
        removed[next.layer][next.channel] = 1;
        --spare[next.layer];
        --wanted;
    }
}

/// Some of these, equally likely, by a partial shuffle.
void remove_some(std::vector<std::size_t> channels, std::size_t count, Stream& stream,
                 std::vector<std::uint8_t>& removed) {
    for (std::size_t k = 0; k < std::min(count, channels.size()); ++k) {
        std::swap(channels[k], channels[k + stream.below(channels.size() - k)]);
        removed[channels[k]] = 1;
    }
}

/// As the program has it: all up to a threshold are candidates, one more than needed; layers that would fall below
/// their least numbers give what they can and leave the competition, and the others begin anew.
void remove_as_published(const std::vector<LayerChannels>& layers, double count, Stream& stream, Removed& removed) {
    std::vector<bool> closed(layers.size(), false);
    while (count > channel_slack) {
        const std::vector<Candidate> all = ranked(layers, closed);
        const auto needed = static_cast<std::size_t>(std::ceil(count - channel_slack));
        if (all.empty()) return;
        const double threshold = all[std::min(needed, all.size() - 1)].score;
        std::vector<std::vector<std::size_t>> candidates(layers.size());
        std::size_t total = 0;
        for (const Candidate& next : all) {
            if (next.score > threshold) break;
            candidates[next.layer].push_back(next.channel);
            ++total;
        }
        bool has_clipped = false;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const std::size_t left = layers[l].left();
            const std::size_t spare = left - std::min(left, layers[l].least);
            if (closed[l] || candidates[l].size() <= spare) continue;
            for (std::size_t k = 0; k < spare; ++k) removed[l][candidates[l][k]] = 1;
            count -= static_cast<double>(spare);
            closed[l] = true;
            has_clipped = true;
        }
        if (has_clipped) continue;
        const double share = std::min(1.0, count / static_cast<double>(total));
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const auto some =
                static_cast<std::size_t>(std::floor(share * static_cast<double>(candidates[l].size()) + 0.5));
            remove_some(candidates[l], some, stream, removed[l]);
        }
        return;
    }
}

}  // namespace

const std::vector<Choice<ChannelScore>>& channel_scores() {
    static const std::vector<Choice<ChannelScore>> table = {
        {{"umm", "mean absolute weight over the whole filter, absent ones as 0", "Yin et al., NeurIPS 2023 (Chase)"},
         ChannelScore::whole_filter},
        {{"wmm", "mean absolute weight over the kept ones", "Yin et al., NeurIPS 2023 (Chase)"},
         ChannelScore::kept_weights},
    };
    return table;
}

const std::vector<Choice<ChannelSurplus>>& channel_surpluses() {
    static const std::vector<Choice<ChannelSurplus>> table = {
        {{"lowest", "exactly the lowest scores", ""}, ChannelSurplus::lowest},
        {{"random", "one candidate more than needed, and a random choice in each layer", "Chase's program"},
         ChannelSurplus::random},
    };
    return table;
}

double ChannelPlan::gone(std::int64_t step) const {
    if (!removes() || events() == 0) return 0.0;
    const std::int64_t event = std::clamp<std::int64_t>((step + shift) / every, 0, events());
    const double progress = static_cast<double>(event) / static_cast<double>(events());
    return share * (1.0 - std::pow(1.0 - progress, 3.0));
}

std::size_t ChannelPlan::least(std::size_t channels) const {
    const double part = static_cast<double>(channels) * (1.0 - share) * floor;
    return std::max<std::size_t>(1, static_cast<std::size_t>(part + channel_slack));
}

std::vector<double> channel_scores_of(const Pattern& pattern, std::span<const float> values, ChannelScore score) {
    std::vector<double> scores(pattern.rows(), 0.0);
    for_row_runs(pattern.rows(), pattern.edges(), [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const std::size_t first = pattern.row_begin(row);
            const std::size_t kept = pattern.row(row).size();
            for (std::size_t k = first; k < first + kept; ++k) scores[row] += std::abs(static_cast<double>(values[k]));
            const std::size_t of = score == ChannelScore::whole_filter ? pattern.cols() : kept;
            if (of > 0) scores[row] /= static_cast<double>(of);
        }
    });
    return scores;
}

std::size_t LayerChannels::left() const {
    return static_cast<std::size_t>(std::ranges::count(gone, std::uint8_t{0}));
}

Removed removed_channels(const std::vector<LayerChannels>& layers, double gone, std::optional<Stream> random) {
    Removed removed;
    double before = 0.0;
    for (const LayerChannels& layer : layers) {
        removed.emplace_back(layer.scores.size(), std::uint8_t{0});
        before += static_cast<double>(layer.scores.size() - layer.left());
    }
    if (random) {
        remove_as_published(layers, gone - before, *random, removed);
    } else {
        remove_lowest(layers, gone - before, removed);
    }
    return removed;
}

}  // namespace espalier::sparsity
