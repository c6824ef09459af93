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
