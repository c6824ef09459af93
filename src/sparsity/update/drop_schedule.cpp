#include <algorithm>
#include <cmath>
#include <numbers>

#include <espalier/sparsity/update/drop_schedule.hpp>

namespace espalier::sparsity {
namespace {

double between(const DropScheduleOptions& o, double share_left) {
    return o.minimum + (o.initial - o.minimum) * share_left;
}

double stepwise(const DropScheduleOptions& o, double progress) {
    const auto passed = std::ranges::count_if(o.milestones, [&](double m) { return progress >= m; });
    return passed == 0 ? o.initial : o.initial * o.factors[static_cast<std::size_t>(passed - 1)];
}

}  // namespace

const std::vector<DropSchedule>& drop_schedules() {
    using Options = DropScheduleOptions;
    static const std::vector<DropSchedule> table = {
        {{"constant", "the same fraction at every update", "Mocanu et al. 2018"},
         [](const Options& o, double) { return o.initial; }},
        {{"cosine", "half a cosine from the fraction to sparsity.drop_fraction_min at the last update",
          "Dettmers and Zettlemoyer 2019; Evci et al. 2020"},
         [](const Options& o, double p) { return between(o, 0.5 * (1.0 + std::cos(std::numbers::pi * p))); }},
        {{"linear", "a straight line to sparsity.drop_fraction_min at the last update", "Evci et al. 2020"},
         [](const Options& o, double p) { return between(o, 1.0 - p); }},
        {{"inverse_power", "(1 - p)^sparsity.drop_power of the fraction at share p of the time", "Evci et al. 2020"},
         [](const Options& o, double p) { return between(o, std::pow(1.0 - p, o.power)); }},
        {{"stepwise", "times one of sparsity.drop_factors from each of sparsity.drop_milestones on",
          "Yuan et al., NeurIPS 2021 (MEST)"},
         stepwise},
    };
    return table;
}

}  // namespace espalier::sparsity
