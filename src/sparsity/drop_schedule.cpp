#include <cmath>
#include <numbers>

#include <espalier/sparsity/drop_schedule.hpp>

namespace espalier::sparsity {

const std::vector<DropSchedule>& drop_schedules() {
    static const std::vector<DropSchedule> table = {
        {{"constant", "the same fraction at every update", "Mocanu et al. 2018"},
         [](double initial, double) { return initial; }},
        {{"cosine", "half a cosine from the fraction to 0 at the last update",
          "Dettmers and Zettlemoyer 2019; Evci et al. 2020"},
         [](double initial, double progress) { return 0.5 * initial * (1.0 + std::cos(std::numbers::pi * progress)); }},
    };
    return table;
}

}  // namespace espalier::sparsity
