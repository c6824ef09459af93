#include <espalier/training/updates/gathered_gradients.hpp>

#include "training/update_memories.hpp"

namespace espalier::training {
using namespace testing;
namespace {

std::vector<float> all_of(std::span<const float> values) {
    return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("gathered gradients: a running mean of every position's gradient, of layers that may change", "[training]") {
    INFO(seed_text());
    Stream stream = test_stream();
    SteppedNetwork stepped(stream);
    GatheredGradients gathered({.name = "mean", .decay = 0.5, .weight = 0.25}, nn::weight_ports(stepped.network),
                               {true, false});
    CHECK(gathered.reads_all_gradients());
    std::vector<float> expected(30, 0.0F);
    for (int step = 0; step < 3; ++step) {
        stepped.step(stream);
        gathered.after_backward(stepped.workspace);
        const std::vector<float> now = stepped.dense_gradient(0);
        for (std::size_t k = 0; k < 30; ++k) expected[k] = 0.5F * expected[k] + 0.25F * now[k];
    }
    CHECK(all_of(gathered[0]) == expected);
    CHECK(gathered[1].empty());
    std::vector<float> rows(12);
    gathered.scores(0)(2, 2, rows);
    CHECK(rows == std::vector<float>(expected.begin() + 12, expected.begin() + 24));
    gathered.after_exchange();
    CHECK(all_of(gathered[0]) == expected);

    GatheredGradients other({.name = "mean"}, nn::weight_ports(stepped.network), {true, false});
    through_checkpoint(gathered, other);
    CHECK(all_of(other[0]) == expected);
}

TEST_CASE("gathered gradients: a sum begins anew behind an exchange", "[training]") {
    INFO(seed_text());
    Stream stream = test_stream();
    SteppedNetwork stepped(stream);
    GatheredGradients gathered({.name = "sum", .starts_anew = true}, nn::weight_ports(stepped.network), {true, true});
    stepped.step(stream);
    gathered.after_backward(stepped.workspace);
    CHECK(all_of(gathered[1]) == stepped.dense_gradient(1));
    gathered.after_exchange();
    CHECK(all_of(gathered[1]) == std::vector<float>(15, 0.0F));
}

}  // namespace espalier::training
