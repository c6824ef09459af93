#include <espalier/base/text/error.hpp>
#include <espalier/tickets/predictions.hpp>

#include "predicted.hpp"

namespace espalier::tickets {
using namespace testing;

TEST_CASE("predictions: accuracy and likelihood of a table", "[tickets][predictions]") {
    const Predictions p = predicted({{0.7, 0.2, 0.1}, {0.1, 0.6, 0.3}, {0.4, 0.4, 0.2}}, {0, 2, 0});
    CHECK(p.predicted(2) == 0);  // of equal ones the lowest class
    CHECK(accuracy(p) == Approx(2.0 / 3.0));
    CHECK(negative_log_likelihood(p) == Approx(-(std::log(0.7) + std::log(0.3) + std::log(0.4)) / 3.0));
}

TEST_CASE("predictions: an ensemble is the mean of probabilities", "[tickets][predictions]") {
    Stream stream = test_stream();
    INFO(seed_text());
    std::vector<Predictions> members;
    for (int m = 0; m < 3; ++m) {
        members.push_back(random_predictions(20, 5, stream));
        members.back().labels = members.front().labels;
    }
    const Predictions mean = ensemble(members);
    for (std::size_t k = 0; k < mean.log_probabilities.size(); ++k) {
        double sum = 0.0;
        for (const Predictions& member : members) sum += std::exp(member.log_probabilities[k]);
        CHECK(std::exp(mean.log_probabilities[k]) == Approx(sum / 3.0));
    }
    const Predictions alone = ensemble({members[1]});
    for (std::size_t k = 0; k < alone.log_probabilities.size(); ++k) {
        CHECK(alone.log_probabilities[k] == Approx(members[1].log_probabilities[k]).margin(1e-12));
    }
    members[2].labels[0] ^= 1U;
    CHECK_THROWS_AS(ensemble(members), FormatError);
    CHECK_THROWS_AS(ensemble({}), FormatError);
}

TEST_CASE("predictions: probabilities too small for a double keep their logarithms", "[tickets][predictions]") {
    const Predictions a{.classes = 2, .log_probabilities = {0.0, -2000.0}, .labels = {1}};
    const Predictions b{.classes = 2, .log_probabilities = {0.0, -3000.0}, .labels = {1}};
    CHECK(negative_log_likelihood(ensemble({a, b})) == Approx(2000.0 + std::log(2.0)));
}

}  // namespace espalier::tickets
