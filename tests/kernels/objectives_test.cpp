#include <espalier/kernels/objectives.hpp>

#include "support.hpp"

namespace espalier::kernels {
using namespace testing;

TEST_CASE("objectives: of equal outputs the lowest class wins", "[kernels][objectives]") {
    Activations<float> outputs(3, 4);
    const float columns[4][3] = {{1, 1, 0}, {0, 2, 2}, {0, 0, 0}, {-3, -2, -1}};
    for (std::size_t lane = 0; lane < 4; ++lane) {
        for (std::size_t f = 0; f < 3; ++f) outputs.view().row(f)[lane] = columns[lane][f];
    }
    CHECK(count_correct(outputs.view(), std::vector<std::uint32_t>{0, 1, 0, 2}) == 4);
    CHECK(count_correct(outputs.view(), std::vector<std::uint32_t>{1, 2, 2, 0}) == 0);
}

TEST_CASE("objectives: cross_entropy counts as count_correct does", "[kernels][objectives]") {
    Stream stream = test_stream();
    Activations<float> outputs(5, 37);
    std::vector<std::uint32_t> labels;
    for (std::size_t lane = 0; lane < 37; ++lane) {
        labels.push_back(static_cast<std::uint32_t>(stream.below(5)));
        for (std::size_t f = 0; f < 5; ++f) outputs.view().row(f)[lane] = static_cast<float>(stream.below(4));
    }
    const Objective& loss = find_named(objectives(), "cross_entropy", "loss");
    CHECK(loss.has_accuracy);
    CHECK(loss.loss(outputs.view(), {}, labels, {}, 0.0).correct == count_correct(outputs.view(), labels));
    CHECK_FALSE(find_named(objectives(), "squared_error", "loss").has_accuracy);
}

}  // namespace espalier::kernels
