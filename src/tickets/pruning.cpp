#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include <espalier/base/memory/lowest_scores.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sparsity/masks/random_subset.hpp>
#include <espalier/tickets/pruning.hpp>

namespace espalier::tickets {
namespace {

using topology::Layer;
using topology::Topology;

/// Layers that are ranked together, by their numbers.
std::vector<std::vector<std::size_t>> groups(const Pruning& pruning) {
    std::vector<std::vector<std::size_t>> all;
    if (!pruning.by_layer) all.emplace_back();
    for (std::size_t l = 0; l < pruning.rates.size(); ++l) {
        if (pruning.by_layer) all.push_back({l});
        if (!pruning.by_layer && pruning.rates[l] > 0.0) all.front().push_back(l);
    }
    return all;
}

std::size_t sum(const std::vector<std::size_t>& numbers) {
    std::size_t total = 0;
    for (const std::size_t number : numbers) total += number;
    return total;
}

std::size_t sum_of_group(const std::vector<std::size_t>& numbers, const std::vector<std::size_t>& group) {
    std::size_t total = 0;
    for (const std::size_t l : group) total += numbers[l];
    return total;
}

/// |w| of all kept weights, by (layer, flat index).
std::vector<float> magnitudes(const Topology& trained, const std::vector<std::size_t>& group, std::size_t kept) {
    std::vector<float> all;
    all.reserve(kept);
    for (const std::size_t l : group) {
        const Layer& layer = trained.layers[l];
        if (layer.values.size() != layer.pattern.edges()) {
            throw FormatError(trained.label + ": layer " + layer.name + " has a mask but no weights to rank");
        }
        for (const float value : layer.values) all.push_back(std::abs(value));
    }
    return all;
}

/// What is left of a mask whose k-th weight goes where removed[k] says so.
Pattern without(const Pattern& mask, std::span<const std::uint8_t> removed) {
    const auto stays = [&](std::size_t row) {
        const auto flags = removed.subspan(mask.row_begin(row), mask.row(row).size());
        return static_cast<std::size_t>(std::ranges::count(flags, std::uint8_t{0}));
    };
    return Pattern::by_rows(mask.rows(), mask.cols(), mask.edges(), stays,
                            [&](std::size_t row, std::span<std::uint32_t> to) {
                                const auto cols = mask.row(row);
                                auto next = to.begin();
                                for (std::size_t k = 0; k < cols.size(); ++k) {
                                    if (removed[mask.row_begin(row) + k] == 0) *next++ = cols[k];
                                }
                            });
}

/// One flag a kept weight of the group.
std::vector<std::uint8_t> removed_flags(const Topology& trained, const std::vector<std::size_t>& group,
                                        std::size_t kept, std::size_t removed, bool at_random, const Stream& stream) {
    std::vector<std::uint8_t> flags(kept, 0);
    if (at_random) {
        sparsity::random_subset(kept, removed, stream).for_each(0, kept, [&](std::uint64_t k) { flags[k] = 1; });
        return flags;
    }
    const std::vector<float> scores = magnitudes(trained, group, kept);
    const LowestScores lowest(scores, removed, trained.label + ": a weight");
    for_row_runs(kept, kept, [&](std::size_t begin, std::size_t end) {
        for (std::size_t k = begin; k < end; ++k) flags[k] = lowest.contains(k) ? 1 : 0;
    });
    return flags;
}

}  // namespace

std::size_t share_of(double fraction, std::size_t kept) {
    const double product = fraction * static_cast<double>(kept);
    const double whole = std::round(product);
    const bool is_whole = std::abs(product - whole) <= 1e-12 * product;
    return static_cast<std::size_t>(is_whole ? whole : std::ceil(product));
}

std::vector<std::size_t> removals(const std::vector<std::size_t>& kept, double fraction, const Pruning& pruning) {
    std::vector<std::size_t> removed;
    for (const std::vector<std::size_t>& group : groups(pruning)) {
        const std::size_t there = sum_of_group(kept, group);
        const double rate = pruning.by_layer ? pruning.rates[group.front()] : 1.0;
        const std::size_t counted = pruning.count_ignored && !pruning.by_layer ? sum(kept) : there;
        removed.push_back(std::min(there, share_of(fraction * rate, counted)));
    }
    return removed;
}

std::vector<std::size_t> removals_to(const std::vector<std::size_t>& kept, const std::vector<std::size_t>& positions,
                                     double density, const Pruning& pruning) {
    std::vector<std::size_t> removed;
    for (const std::vector<std::size_t>& group : groups(pruning)) {
        const std::size_t there = sum_of_group(kept, group);
        const bool is_left_alone = pruning.by_layer && pruning.rates[group.front()] == 0.0;
        const auto asked =
            static_cast<std::size_t>(std::llround(density * static_cast<double>(sum_of_group(positions, group))));
        removed.push_back(is_left_alone ? 0 : there - std::min(there, asked));
    }
    return removed;
}

std::vector<Pattern> pruned_masks(const Topology& trained, const std::vector<std::size_t>& removed,
                                  const Pruning& pruning, std::uint64_t seed, std::uint64_t number) {
    std::vector<Pattern> masks;
    for (const Layer& layer : trained.layers) masks.push_back(layer.pattern);
    const std::vector<std::vector<std::size_t>> all = groups(pruning);
    for (std::size_t g = 0; g < all.size(); ++g) {
        if (removed[g] == 0) continue;
        std::size_t kept = 0;
        for (const std::size_t l : all[g]) kept += masks[l].edges();
        const Stream stream(seed, Purpose::ticket_sampling, static_cast<std::uint32_t>(g), number);
        const auto flags = removed_flags(trained, all[g], kept, removed[g], pruning.at_random, stream);
        std::size_t begin = 0;
        for (const std::size_t l : all[g]) {
            const std::size_t edges = masks[l].edges();
            masks[l] = without(masks[l], std::span(flags).subspan(begin, edges));
            begin += edges;
        }
    }
    return masks;
}

}  // namespace espalier::tickets
