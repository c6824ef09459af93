// A loss, from beginning to end: the squared hinge, which leaves alone what is right by a margin of 1.
//
// In the tree, the function is src/kernels/squared_hinge.cpp with a header beside it, listed in
// src/kernels/CMakeLists.txt; the entry stands in the table of src/kernels/objectives.cpp. From there the configuration
// (`training.loss = "squared_hinge"`),
// `--help` and docs/configuration.md know it. Without touching the tree it is a plug-in: docs/plugins.md.
#include <algorithm>

#include <espalier/kernels/objectives.hpp>

#include "support.hpp"

namespace espalier::kernels {

/// Sum over lanes of the mean over classes c of max(0, 1 - t_c x_c)^2, t_c 1 of the label and -1 of the others;
/// `gradient`, where it has data, becomes that of the mean over lanes. (Tang, "Deep learning using linear support
/// vector machines", 2013, section 2.2, over classes taken one against all.)
LossSum squared_hinge(View<const float> outputs, View<const float>, std::span<const std::uint32_t> labels,
                      View<float> gradient, double) {
    LossSum sum{.loss = 0.0, .correct = count_correct(outputs, labels)};
    const auto share = 1.0 / static_cast<double>(outputs.features);
    for (std::size_t c = 0; c < outputs.features; ++c) {
        for (std::size_t lane = 0; lane < outputs.lanes; ++lane) {
            const double target = labels[lane] == c ? 1.0 : -1.0;
            const double missing = std::max(0.0, 1.0 - target * outputs.row(c)[lane]);
            sum.loss += share * missing * missing;
            if (gradient.data == nullptr) continue;
            const double slope = -2.0 * share * target * missing / static_cast<double>(outputs.lanes);
            gradient.row(c)[lane] = static_cast<float>(slope);
        }
    }
    return sum;
}

/// The entry of the table.
Objective squared_hinge_objective() {
    return {{"squared_hinge", "squared hinge of each class against all others", "Tang 2013"}, true, squared_hinge};
}

namespace {

using namespace testing;

TEST_CASE("example of a loss: by hand, and its gradient by finite differences", "[examples]") {
    Activations<float> outputs(2, 3), gradient(2, 3);
    const float numbers[2][3] = {{2.0F, 0.5F, -0.25F}, {-3.0F, 0.25F, 0.75F}};
    for (std::size_t c = 0; c < 2; ++c) std::copy_n(numbers[c], 3, outputs.view().row(c));
    const std::vector<std::uint32_t> labels{0, 1, 0};
    const auto loss = [&] { return squared_hinge(outputs.view(), {}, labels, {}, 0.0).loss / 3.0; };
    const double by_hand = (0.0 + 0.5 * (1.5 * 1.5 + 0.75 * 0.75) + 0.5 * (1.25 * 1.25 + 1.75 * 1.75)) / 3.0;
    CHECK(loss() == Approx(by_hand));
    CHECK(squared_hinge(outputs.view(), {}, labels, gradient.view(), 0.0).correct == 1);
    for (std::size_t c = 0; c < 2; ++c) {
        for (std::size_t lane = 0; lane < 3; ++lane) {
            float& output = outputs.view().row(c)[lane];
            const float at = output;
            output = at + 0.001F;
            const double up = loss();
            output = at - 0.001F;
            const double down = loss();
            output = at;
            CHECK(gradient.view().row(c)[lane] == Approx((up - down) / 0.002).margin(1e-3));
        }
    }
}

}  // namespace
}  // namespace espalier::kernels
