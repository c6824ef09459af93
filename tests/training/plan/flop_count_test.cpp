#include <espalier/training/plan/flop_count.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// FLOPs of a run's training by the papers' formulas, over those of a dense network.
double trained_ratio(const std::string& method, const std::vector<std::string>& overrides = {}) {
    Trainer trainer(digits_request(method, "unused", overrides).config, digits());
    while (!trainer.is_done()) {
        trainer.train_step();
        if (trainer.update_is_due()) trainer.update_topology();
    }
    return trainer.flops().ratio();
}

}  // namespace

TEST_CASE("flop count: the papers' formulas", "[training][flops]") {
    // definitions.md 3.15, with F_S = 0.3 F_D: 64-32-16-10 keeps 816 of 2720 weights.
    const double sparse = 816.0 / 2720.0;
    CHECK(trained_ratio("dense") == 1.0);
    CHECK(trained_ratio("static") == Approx(sparse));
    CHECK(trained_ratio("set") == Approx(sparse));
    CHECK(trained_ratio("snfs") == Approx((2 * sparse + 1) / 3));
    // Every seventh step but the last, which updates nothing: 8 updates, 2 of them with an epoch's smaller last batch.
    const double samples = 1293;
    const double last_batch = samples - 20 * 64;
    const double updates = (6 * 64 + 2 * last_batch) / (3 * samples);
    CHECK(trained_ratio("rigl", {"sparsity.stop_fraction=1.0"}) == Approx(sparse + updates * (1 - sparse) / 3));
}

TEST_CASE("flop count: pruned on the way it lies between dense and sparse", "[training][flops]") {
    const double gmp = trained_ratio("gmp");
    CHECK(gmp > 0.31);
    CHECK(gmp < 0.99);
}

TEST_CASE("flop count: two operations a multiply-add, three products a step", "[training][flops]") {
    FlopCount count;
    CHECK(count.ratio() == 1.0);
    count.add_step(10, 5, 8, 100);
    CHECK(count.training() == 2 * 10 * (2 * 5 + 8));
    CHECK(count.dense_training() == 2 * 10 * 300);
    count.add_forward(4, 5);
    CHECK(count.training() == 2 * 10 * (2 * 5 + 8) + 2 * 4 * 5);
}

}  // namespace espalier::training
