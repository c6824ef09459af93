#include <espalier/base/text/error.hpp>
#include <espalier/optim/learning_rate.hpp>

#include "golden_case.hpp"
#include "home_reference.hpp"
#include "support.hpp"

namespace espalier::optim {
using namespace testing;
namespace {

LearningRate rate(const std::string& schedule, std::int64_t warmup = 0) {
    LearningRate r;
    r.schedule = &find_named(learning_rate_schedules(), schedule, "schedule");
    r.peak = 0.4;
    r.minimum = 0.1;
    r.milestones = {0.5, 0.75};
    r.warmup_steps = warmup;
    r.cycle_steps = 8;
    r.total_steps = 100;
    return r;
}

/// Values of PyTorch's schedulers, epoch by epoch. @return how many cases there were
std::size_t check_golden_rates(const std::filesystem::path& folder) {
    const GoldenCases cases(folder);
    std::size_t checked = 0;
    for (const GoldenCase& c : cases.all()) {
        const bool is_cosine = c.op().starts_with("cosine");
        if (!is_cosine && !c.op().starts_with("multi-step")) continue;
        INFO(c.name);
        const std::vector<double> values = c.numbers("values");
        LearningRate r;
        r.schedule = &find_named(learning_rate_schedules(), is_cosine ? "cosine" : "step", "schedule");
        r.total_steps = static_cast<std::int64_t>(values.size()) - 1;
        r.peak = c.settings["initial"];
        r.minimum = c.settings.value("minimum", 0.0);
        r.factor = c.settings.value("gamma", 0.1);
        if (!is_cosine) {
            for (const double epoch : c.settings["milestones"].get<std::vector<double>>())
                r.milestones.push_back(epoch / static_cast<double>(r.total_steps));
        }
        for (std::size_t k = 0; k < values.size(); ++k) {
            CAPTURE(k);
            CHECK(r.at(static_cast<std::int64_t>(k)) == Approx(values[k]).epsilon(1e-12).margin(1e-15));
        }
        ++checked;
    }
    return checked;
}

}  // namespace

TEST_CASE("learning rate: golden values of PyTorch's schedulers", "[optim][reference]") {
    CHECK(check_golden_rates(home_reference() / "convnets") == 2);
    const auto folder = reference_folder();
    if (!folder) return skip("needs the folder of reference values, ESPALIER_REFERENCE");
    CHECK(check_golden_rates(*folder / "convnets") == 4);
}

TEST_CASE("learning rate: each schedule at steps worked out by hand", "[optim]") {
    CHECK(rate("constant").at(77) == 0.4);
    CHECK(rate("step").at(49) == 0.4);
    CHECK(rate("step").at(50) == Approx(0.04));
    CHECK(rate("step").at(75) == Approx(0.004));
    CHECK(rate("cosine").at(0) == Approx(0.4));
    CHECK(rate("cosine").at(50) == Approx(0.25));
    CHECK(rate("cosine").at(100) == Approx(0.1));
    CHECK(rate("cyclical").at(0) == Approx(0.1));
    CHECK(rate("cyclical").at(2) == Approx(0.25));
    CHECK(rate("cyclical").at(4) == Approx(0.4));
    CHECK(rate("cyclical").at(7) == Approx(0.175));
    CHECK(rate("cyclical").at(8) == Approx(0.1));
}

TEST_CASE("learning rate: warm-up is linear, then the schedule starts", "[optim]") {
    CHECK(rate("cosine", 10).at(0) == Approx(0.04));
    CHECK(rate("cosine", 10).at(9) == Approx(0.4));
    CHECK(rate("cosine", 10).at(10) == Approx(0.4));
    CHECK(rate("cosine", 10).at(55) == Approx(0.25));
    CHECK(rate("cyclical", 10).at(14) == Approx(0.4));
}

TEST_CASE("learning rate: an unknown schedule is refused", "[optim]") {
    CHECK_THROWS_AS(rate("linear"), ConfigError);
}

}  // namespace espalier::optim
