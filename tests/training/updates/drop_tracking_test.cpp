#include <espalier/training/updates/drop_tracking.hpp>

#include "training/update_memories.hpp"

namespace espalier::training {
using namespace testing;

TEST_CASE("drop tracking: movement is the sum of -w g over the steps, of layers that may change", "[training]") {
    INFO(seed_text());
    Stream stream = test_stream();
    SteppedNetwork stepped(stream);
    DropTracking movement(sparsity::Tracking::movement, nn::weight_ports(stepped.network), {true, false}, 0);
    const nn::Parameter<float>& first = stepped.network.weight(0)->parameter();
    std::vector<float> expected(first.values.size(), 0.0F);
    for (int step = 0; step < 2; ++step) {
        stepped.step(stream);
        movement.after_backward(stepped.workspace);
        for (std::size_t k = 0; k < expected.size(); ++k) expected[k] -= first.values[k] * first.gradient[k];
    }
    movement.after_update();  // movement goes on; only weights that leave lose it
    CHECK(std::vector<float>(movement[0].begin(), movement[0].end()) == expected);
    for (const float moved : movement[1]) CHECK(moved == 0.0F);
}

TEST_CASE("drop tracking: previous are the values as the last update left them", "[training]") {
    INFO(seed_text());
    Stream stream = test_stream();
    SteppedNetwork stepped(stream);
    nn::Parameter<float>& first = stepped.network.weight(0)->parameter();
    const std::vector<float> before(first.values.begin(), first.values.end());
    DropTracking previous(sparsity::Tracking::previous, nn::weight_ports(stepped.network), {true, true}, 0);
    for (float& value : first.values) value += 1.0F;
    stepped.step(stream);
    previous.after_backward(stepped.workspace);
    CHECK(std::vector<float>(previous[0].begin(), previous[0].end()) == before);
    previous.after_update();
    CHECK(std::vector<float>(previous[0].begin(), previous[0].end()) ==
          std::vector<float>(first.values.begin(), first.values.end()));
}

}  // namespace espalier::training
