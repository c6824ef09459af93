#include <espalier/training/plan/plan.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// The rate of every step of 100 epochs of 10 steps with these keys.
std::vector<double> rates(const std::vector<std::string>& overrides) {
    config::Settings settings = config::parse_toml("[training]\nepochs = 100\n", "test");
    config::override_with(settings, overrides);
    const PhasedRate rate = learning_rate(config::resolve(settings), 10);
    std::vector<double> found;
    for (std::int64_t step = 0; step < 1000; ++step) found.push_back(rate.at(step));
    return found;
}

}  // namespace

TEST_CASE("phased rate: the optimizer's schedule is that of the pretraining, then triangles", "[training][tickets]") {
    const auto found = rates({"tickets.method=sup_tickets", "tickets.share=0.2", "tickets.length=10ep",
                              "optimizer.schedule=step", "optimizer.learning_rate=0.1"});
    // 80 epochs before: milestones at 40 and 60 of them.
    CHECK(found[0] == 0.1);
    CHECK(found[399] == 0.1);
    CHECK(found[400] == Approx(0.01));
    CHECK(found[599] == Approx(0.01));
    CHECK(found[600] == Approx(0.001));
    CHECK(found[799] == Approx(0.001));
    for (const std::size_t begin : {800U, 900U}) {
        for (std::size_t i = 0; i < 100; ++i) {
            // definitions.md 5.1, written out.
            const double tau = static_cast<double>(i) / 100.0;
            const double low = 0.001, high = 0.005;
            const double expected = tau < 0.5 ? low * (1.0 - 2.0 * tau) + high * 2.0 * tau
                                              : low * (2.0 * tau - 1.0) + high * (2.0 - 2.0 * tau);
            CHECK(found[begin + i] == Approx(expected).epsilon(1e-12));
        }
        CHECK(found[begin] == 0.001);
        CHECK(found[begin + 50] == Approx(0.005));
        CHECK(found[begin + 25] == Approx(0.003));
    }
}

TEST_CASE("phased rate: EDST's has a half each", "[training][tickets]") {
    const auto found = rates({"tickets.method=edst", "tickets.length=20ep"});  // three phases of 20 epochs, 40 before
    CHECK(found[399] == 0.1);
    for (const std::size_t begin : {400U, 600U, 800U}) {
        CHECK(found[begin] == 0.01);
        CHECK(found[begin + 99] == 0.01);
        CHECK(found[begin + 100] == Approx(0.001));
        CHECK(found[begin + 199] == Approx(0.001));
    }
}

TEST_CASE("phased rate: too short for a phase, it is the plain run's", "[training][tickets]") {
    const std::vector<std::string> plain = {"optimizer.schedule=cosine", "optimizer.warmup=2ep"};
    std::vector<std::string> with = plain;
    with.insert(with.end(), {"tickets.method=sup_tickets", "tickets.share=0.07"});
    CHECK(rates(plain) == rates(with));
}

TEST_CASE("phased rate: schedules of topology and density are the pretraining's, too", "[training][tickets]") {
    config::Settings settings = config::parse_toml(
        "[training]\nepochs = 100\n[sparsity]\nmethod = 'granet'\nupdate_every = '1ep'\n[tickets]\n"
        "method = 'sup_tickets'\nshare = 0.2\nlength = '10ep'\n",
        "test");
    const sparsity::UpdatePlan plan = update_plan(config::resolve(settings), 10);
    CHECK(plan.total_steps == 1000);
    CHECK(plan.phases.begin == 800);
    CHECK(plan.density.until == 400);
    CHECK(plan.last_update == 800);
    CHECK(plan.fraction(800 - 10) == Approx(0.005).epsilon(0.1));  // the end of the host's cosine
    CHECK(plan.fraction(800) == 0.5);
    // Pruning until the end of the pretraining ends before its snapshot.
    config::override_with(settings, std::vector<std::string>{"sparsity.density_until=1.0"});
    CHECK(update_plan(config::resolve(settings), 10).density.until == 799);
}

}  // namespace espalier::training
