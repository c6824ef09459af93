#include <algorithm>
#include <cmath>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/robustness/detection.hpp>

#include "robustness/robustness_values.hpp"

namespace espalier::robustness {
using namespace testing;
namespace {

using Numbers = std::vector<double>;

/// All pairs.
double slow_auroc(const Numbers& inside, const Numbers& outside) {
    double sum = 0.0;
    for (const double a : inside) {
        for (const double b : outside) sum += a > b ? 1.0 : a == b ? 0.5 : 0.0;
    }
    return sum / static_cast<double>(inside.size() * outside.size());
}

/// Threshold by threshold, counting all.
double slow_average_precision(const Numbers& positive, const Numbers& negative) {
    std::set<double, std::greater<>> thresholds(positive.begin(), positive.end());
    double sum = 0.0;
    double before = 0.0;
    for (const double threshold : thresholds) {
        const auto reaches = [&](double x) { return x >= threshold; };
        const auto found = static_cast<double>(std::ranges::count_if(positive, reaches));
        const auto wrong = static_cast<double>(std::ranges::count_if(negative, reaches));
        const double recall = found / static_cast<double>(positive.size());
        sum += (recall - before) * found / (found + wrong);
        before = recall;
    }
    return sum;
}

Numbers negated(Numbers numbers) {
    for (double& x : numbers) x = -x;
    return numbers;
}

}  // namespace

TEST_CASE("detection: reference values", "[robustness][detection]") {
    const auto values = robustness_values()["ood"];
    const auto inside = values["inside"].get<Numbers>();
    const auto outside = values["outside"].get<Numbers>();
    const Detection found = detection(inside, outside);
    CHECK(found.auroc == Approx(values["auroc"].get<double>()).epsilon(1e-12));
    CHECK(found.aupr_in == Approx(values["average_precision"].get<double>()).epsilon(1e-12));
    CHECK(found.fpr95 == values["fpr_at_95_tpr"].get<double>());
    CHECK(found.threshold == values["threshold_95"].get<double>());
}

TEST_CASE("detection: all pairs and thresholds, symmetric", "[robustness][detection]") {
    INFO(seed_text());
    Stream stream = test_stream();
    for (int round = 0; round < 50; ++round) {
        Numbers inside(1 + stream.below(40));
        Numbers outside(1 + stream.below(40));
        for (double& x : inside) x = static_cast<double>(stream.below(12)) / 8.0;  // many are equal
        for (double& x : outside) x = static_cast<double>(stream.below(9)) / 8.0;
        const Detection found = detection(inside, outside);
        CHECK(found.auroc == Approx(slow_auroc(inside, outside)).epsilon(1e-12));
        CHECK(found.aupr_in == Approx(slow_average_precision(inside, outside)).epsilon(1e-12));
        CHECK(found.aupr_out == Approx(slow_average_precision(negated(outside), negated(inside))).epsilon(1e-12));
        const Detection reversed = detection(negated(outside), negated(inside));
        CHECK(reversed.auroc == Approx(found.auroc).epsilon(1e-12));
        CHECK(reversed.aupr_in == Approx(found.aupr_out).epsilon(1e-12));
        CHECK(detection(outside, inside).auroc == Approx(1.0 - found.auroc).margin(1e-12));
        const auto reached = std::ranges::count_if(inside, [&](double x) { return x >= found.threshold; });
        CHECK(static_cast<double>(reached) >= 0.95 * static_cast<double>(inside.size()));
    }
}

TEST_CASE("detection: what is apart is told apart, what is one is not", "[robustness][detection]") {
    const Numbers high = {3.0, 4.0, 5.0};
    const Numbers low = {0.0, 1.0};
    const Detection found = detection(high, low);
    CHECK(found.auroc == 1.0);
    CHECK(found.aupr_in == 1.0);
    CHECK(found.aupr_out == 1.0);
    CHECK(found.fpr95 == 0.0);
    const Detection same = detection(high, high);
    CHECK(same.auroc == 0.5);
    CHECK(detection(Numbers{1.0}, Numbers{1.0}).fpr95 == 1.0);
    CHECK_THROWS_AS(detection(Numbers{}, low), FormatError);
    CHECK_THROWS_AS(detection(Numbers{std::nan("")}, low), FormatError);
}

TEST_CASE("detection: confidences of logits", "[robustness][detection]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const auto drawn = random_logits(40, 5, 20.0, stream);
    const Probabilities probabilities = softmax(drawn.logits);
    for (const ConfidenceScore& score : confidence_scores()) {
        INFO(score.name);
        const std::vector<double> found = confidences(drawn.logits, score);
        for (std::size_t n = 0; n < 40; ++n) {
            const auto row = probabilities.row(n);
            double wanted = *std::ranges::max_element(row);
            if (score.name == "entropy") {
                wanted = 0.0;
                for (const double p : row) wanted += p > 0.0 ? p * std::log(p) : 0.0;
            }
            if (score.name == "energy") {
                double sum = 0.0;
                for (const double logit : drawn.logits.row(n)) sum += std::exp(logit);
                wanted = std::log(sum);
            }
            CHECK(found[n] == Approx(wanted).margin(1e-12));
        }
    }
}

}  // namespace espalier::robustness
