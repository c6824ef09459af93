#include <algorithm>
#include <cmath>

#include <espalier/sparsity/update/density_schedule.hpp>

namespace espalier::sparsity {
namespace {

double cubic(double progress) {
    return 1.0 - std::pow(1.0 - progress, 3.0);
}

}  // namespace

const std::vector<DensitySchedule>& density_schedules() {
    static const std::vector<DensitySchedule> table = {
        {{"constant", "the same density throughout", ""}, [](double) { return 0.0; }},
        {{"cubic_events",
          "sparsity by 1 - (1 - e / n)^3 of the way at event e of n: the last event reaches the density",
          "Zhu and Gupta, ICLR workshop 2018; Liu et al., NeurIPS 2021 (GraNet)"},
         cubic,
         true},
        {{"cubic", "the same by time, not by events: the last event may fall short of the end of pruning",
          "Zhu and Gupta, ICLR workshop 2018"},
         cubic},
        {{"linear", "sparsity on a straight line, by events", ""}, [](double progress) { return progress; }, true},
        {{"exponential", "density divided by the same factor at every event", "Tanaka et al., NeurIPS 2020 (SynFlow)"},
         [](double progress) { return progress; },
         true},
    };
    return table;
}

std::vector<double> densities_by_layer(const std::vector<std::size_t>& sizes, double density, double last_layer) {
    constexpr double least_sparsity = 0.8;
    std::vector<double> densities(sizes.size(), density);
    // Rounding must not put off what is asked for at exactly this sparsity.
    if (last_layer == 0.0 || 1.0 - density < least_sparsity - 1e-12) return densities;
    double all = 0.0;
    for (const std::size_t size : sizes) all += static_cast<double>(size);
    const double last = static_cast<double>(sizes.back());
    const double others = all > last ? std::max(0.0, (density * all - last_layer * last) / (all - last)) : density;
    std::ranges::fill(densities, others);
    densities.back() = last_layer;
    return densities;
}

double DensityPlan::density(std::int64_t step) const {
    if (!changes()) return last;
    const std::int64_t event = std::clamp<std::int64_t>((step - from) / every, 0, events());
    const std::int64_t span = schedule->by_events ? events() * every : until - from;
    const double progress =
        step <= from ? 0.0 : std::min(1.0, static_cast<double>(event * every) / static_cast<double>(span));
    if (progress == 1.0) return last;
    const double way = schedule->way(progress);
    if (schedule->name == "exponential") return initial * std::pow(last / initial, way);
    return 1.0 - ((1.0 - initial) + (initial - last) * way);
}

}  // namespace espalier::sparsity
