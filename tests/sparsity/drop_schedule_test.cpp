#include <espalier/sparsity/drop_schedule.hpp>

#include "support.hpp"

namespace espalier::sparsity {

TEST_CASE("drop schedule: golden values", "[sparsity]") {
    // methods.md 1.5
    const auto& cosine = find_named(drop_schedules(), "cosine", "schedule");
    const std::vector<double> expected{0.3, 0.256066, 0.15, 0.043934, 0.0};
    for (std::size_t k = 0; k < 5; ++k)
        CHECK(cosine.fraction(0.3, static_cast<double>(k) / 4) == Approx(expected[k]).margin(1e-6));
    CHECK(find_named(drop_schedules(), "constant", "schedule").fraction(0.3, 0.7) == 0.3);
}

}  // namespace espalier::sparsity
