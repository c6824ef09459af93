#include <algorithm>

#include <espalier/robustness/hard_samples.hpp>

#include "robustness/robustness_values.hpp"

namespace espalier::robustness {
using namespace testing;

TEST_CASE("hard samples: reference values", "[robustness][hard_samples]") {
    const auto values = robustness_values()["hardness"];
    const auto labels = values["labels"].get<std::vector<std::uint32_t>>();
    const HardScores scores = hard_scores(softmax(class_numbers(values["logits"])), labels);
    const auto check = [&](const char* name, const std::vector<double>& found) {
        INFO(name);
        const auto wanted = values[name].get<std::vector<double>>();
        REQUIRE(found.size() == wanted.size());
        for (std::size_t n = 0; n < wanted.size(); ++n) CHECK(found[n] == Approx(wanted[n]).epsilon(1e-12));
    };
    check("el2n", scores.el2n);
    check("entropy", scores.entropy);
    check("margin", scores.margin);
    check("probability_of_label", scores.probability_of_label);
    CHECK(hardest(scores.el2n, 10) == values["hardest_third_by_el2n"].get<std::vector<std::uint32_t>>());
}

TEST_CASE("hard samples: bounds, order and spread", "[robustness][hard_samples]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto [logits, labels] = random_logits(101, 6, 5.0, stream);
    const HardScores scores = hard_scores(softmax(logits), labels);
    for (std::size_t n = 0; n < 101; ++n) {
        CHECK((scores.el2n[n] >= 0.0 && scores.el2n[n] <= 2.0));
        CHECK((scores.entropy[n] >= 0.0 && scores.entropy[n] <= std::log(6.0) + 1e-12));
        CHECK((scores.margin[n] >= 0.0 && scores.margin[n] <= 1.0));
        CHECK(scores.el2n[n] >= (1.0 - scores.probability_of_label[n]) * (1.0 - scores.probability_of_label[n]));
    }
    const auto order = hardest(scores.el2n, 1000);
    CHECK(order.size() == 101);
    for (std::size_t k = 1; k < order.size(); ++k) CHECK(scores.el2n[order[k - 1]] >= scores.el2n[order[k]]);
    CHECK(hardest(std::vector<double>{1.0, 2.0, 2.0, 0.0}, 3) == std::vector<std::uint32_t>{1, 2, 0});
    std::vector<double> sorted = scores.el2n;
    std::ranges::sort(sorted);
    const Spread found = spread(scores.el2n);
    CHECK(found.tenth == sorted[10]);  // the eleventh: ceil(10.1)
    CHECK(found.median == sorted[50]);
    CHECK(found.ninetieth == sorted[90]);
    CHECK(spread(std::vector<double>{3.0}).tenth == 3.0);
}

}  // namespace espalier::robustness
