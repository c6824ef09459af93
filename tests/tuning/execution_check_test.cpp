#include <espalier/tuning/execution_check.hpp>

#include "support.hpp"

namespace espalier::tuning {

TEST_CASE("execution check: the ratio is that of the chosen way to the better one", "[tuning]") {
    const CheckedProduct right{"forward", 64, 32, 0.1, {1.0, 2.0}, false};
    CHECK(right.ratio() == 1.0);
    const CheckedProduct wrong{"forward", 64, 32, 0.1, {1.0, 2.0}, true};
    CHECK(wrong.ratio() == 2.0);
    const CheckedProduct too_sparse{"forward", 64, 32, 0.1, {3.0, 1.0}, false};
    CHECK(too_sparse.ratio() == 3.0);
}

TEST_CASE("execution check: every product of every layer, with what is chosen there", "[tuning]") {
    const std::array<std::vector<double>, 3> at_half{std::vector{0.5}, std::vector{0.5}, std::vector{0.5}};
    const nn::Crossovers half("portable", {{1}, {1}}, at_half, nn::ConvolutionCrossovers({{1}, {1}}, at_half));
    const CheckPlan plan{{16, 32}, {1, 20}, {{4, 8}, {25}}, {0.25, 0.75}, 0.0};
    double last = 0.0;
    const auto checked = check_execution(nn::Execution(nn::ExecutionWay::automatic, half), plan,
                                         [&](double done, double) { last = done; });
    CHECK(last == 8.0);
    CHECK(checked.size() == 2 * 2 * 2 * 3 + 2 * 2 * 3);
    for (const CheckedProduct& each : checked) {
        CHECK(each.is_dense == (each.density > 0.5));
        CHECK(each.chosen() > 0.0);
        CHECK(each.ratio() >= 1.0);
    }
}

}  // namespace espalier::tuning
