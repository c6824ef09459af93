#include <algorithm>
#include <cmath>

#include <espalier/base/memory/release.hpp>
#include <espalier/training/updates/topology_updater.hpp>

/// How many weights an update drops and grows in every layer where those of all layers compete; topology_updater.cpp
/// does it.
namespace espalier::training {

std::vector<std::size_t> TopologyUpdater::global_drops(std::int64_t step, std::size_t total) {
    std::vector<std::vector<float>> scores(layers());
    for (std::size_t number = 0; number < layers(); ++number) {
        if (may_change(number)) scores[number] = sparsity::drop_scores(*plan_.drop, drop_context(number, step, 0.0));
    }
    return sparsity::global_drop_counts(scores, total, plan_.min_per_layer);
}

/// Each layer's best candidates compete; those that come are then chosen again, layer by layer, so that no layer's
/// candidates need to be kept.
std::vector<std::size_t> TopologyUpdater::global_growth(const nn::Passes<float>& passes, std::int64_t step,
                                                        const std::vector<std::size_t>& dropped, std::size_t total) {
    std::vector<std::vector<float>> scores(layers());
    for (std::size_t number = 0; number < layers() && total > 0; ++number) {
        if (!may_change(number)) continue;
        const Pattern& pattern = weight(number).pattern();
        const std::size_t room = pattern.positions() - (pattern.edges() - dropped[number]);
        const Pattern best = sparsity::grown_by_exchange(plan_, form_, drop_context(number, step, 0.0), dropped[number],
                                                         std::min(room, total), grow_source(passes, number, step));
        scores[number].resize(best.edges());
        ports_[number].gradient_at(passes, best, scores[number]);
        for (float& score : scores[number]) score = std::abs(score);
    }
    return sparsity::global_grow_counts(scores, total);
}

std::vector<TopologyUpdater::Quota> TopologyUpdater::global_quotas(const nn::Passes<float>& passes, std::int64_t step) {
    std::size_t has = 0;
    std::size_t first = 0;
    std::size_t positions = 0;
    for (std::size_t number = 0; number < layers(); ++number) {
        if (!may_change(number)) continue;
        has += weight(number).pattern().edges();
        first += baseline_[number];
        positions += weight(number).pattern().positions();
    }
    const sparsity::ExchangeTotals totals = plan_.totals(step, has, first, positions);
    const std::vector<std::size_t> dropped = global_drops(step, totals.dropped);
    const std::vector<std::size_t> grown = global_growth(passes, step, dropped, totals.grown);
    std::vector<Quota> quotas;
    for (std::size_t number = 0; number < layers(); ++number) quotas.push_back({dropped[number], grown[number]});
    return quotas;
}

}  // namespace espalier::training
