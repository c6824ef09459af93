#include <espalier/base/text/error.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>

#include "tickets.hpp"

namespace espalier::tickets {
using namespace testing;

TEST_CASE("evaluation: a ticket scores what its run has recorded", "[tickets][evaluation]") {
    TemporaryFolder folder;
    for (const std::string activation : {"relu", "srelu", "all_relu"}) {
        const training::RunResult result =
            training::run(digits_request("set", folder / activation, {"model.activation=" + activation}));
        const Ticket ticket = read_tickets({(folder / activation).string()}).front();
        const Evaluation evaluation(ticket.config);
        const training::Score test = evaluation.score(ticket.network, Part::test);
        CHECK(test.accuracy == result.test_accuracy);
        CHECK(test.loss == result.test_loss);
        CHECK(evaluation.score(ticket.network, Part::validation).accuracy == *result.validation_accuracy);
        const Predictions predictions = evaluation.predict(ticket.network, Part::test);
        CHECK(accuracy(predictions) == result.test_accuracy);
        CHECK(negative_log_likelihood(predictions) == Approx(result.test_loss).epsilon(1e-5));
        CHECK(predictions.examples() == digits().test.count);
        for (std::size_t k = 0; k < predictions.examples(); ++k) {
            double sum = 0.0;
            for (const double p : predictions.of(k)) sum += std::exp(p);
            CHECK(sum == Approx(1.0));
        }
    }
}

TEST_CASE("evaluation: parts of the data, and what cannot be evaluated", "[tickets][evaluation]") {
    TemporaryFolder folder;
    const Ticket ticket = read_tickets({trained(folder / "a", {"data.validation=0"})}).front();
    const Evaluation evaluation(ticket.config);
    CHECK_FALSE(evaluation.has_validation());
    CHECK(evaluation.range(Part::training).size() == digits().train.count);
    CHECK_THROWS_WITH(evaluation.score(ticket.network, Part::validation), Contains("holds no example out"));
    config::RunConfig other = ticket.config;
    other.model.hidden = {32, 8};
    CHECK_THROWS_WITH(Evaluation(other).score(ticket.network, Part::test),
                      Contains("layer 003_fc2 is 16x32") && Contains("fc2 [8 x 32]"));
    other.model.hidden = {32};
    CHECK_THROWS_WITH(Evaluation(other).score(ticket.network, Part::test), Contains("has 3 layers with weights"));
    other.model.kind = "autoencoder";
    CHECK_THROWS_AS(Evaluation(other), ConfigError);
}

}  // namespace espalier::tickets
