#include <espalier/sparsity/rules/rules.hpp>

#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("drop magnitude: scores are absolute values", "[sparsity]") {
    const Pattern p = pattern({{1, 1, 1}});
    const std::vector<float> values{-2.0F, 0.5F, 0.0F};
    std::vector<float> scores(3);
    drop_magnitude().score({p, values, {}, {}, 0.0, {}, test_stream()}, scores);
    CHECK(scores == std::vector<float>{2.0F, 0.5F, 0.0F});
}

}  // namespace espalier::sparsity
