#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/superposing.hpp>

#include "topology/superposition/dense_twin.hpp"

namespace espalier::tickets {
using namespace testing;
using topology::StoredNetwork;
namespace {

double nothing_to_score(const StoredNetwork& /*network*/) {
    throw NumericError("a method that does not select asks for validation");
}

}  // namespace

TEST_CASE("superposing: every method by name, of equal tickets the ticket", "[tickets][superposing]") {
    Stream stream = test_stream();
    const StoredNetwork one = random_network("one", 0.3, stream, 1);
    const std::vector<StoredNetwork> tickets(3, one);
    const std::vector<double> accuracies(3, 0.5);
    for (const SuperposeMethod& method : superpose_methods()) {
        INFO(method.name);
        SuperposeOptions options;
        options.budget = topology::budget_of(pointers(tickets), topology::edges(one.topology));
        const Score score = method.selects ? Score([](const StoredNetwork&) { return 0.5; }) : Score(nothing_to_score);
        const Selected result = superpose_method(method.name).work({pointers(tickets), options, accuracies, score});
        CHECK(same_bits(result.network, one));
        CHECK(std::isnan(result.validation_accuracy) == !method.selects);
        CHECK(result.trials.empty() == !method.selects);
        CHECK(result.coefficients.empty() == !method.keeps_density);
        double parts = 0;
        for (const double part : result.coefficients) parts += part;
        if (!result.coefficients.empty()) CHECK(parts == Approx(1));
    }
}

TEST_CASE("superposing: exactly as many weights as wanted, by each method", "[tickets][superposing]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> tickets = random_networks(4, 0.35, stream, 1);
    const std::vector<double> accuracies = {0.1, 0.4, 0.3, 0.2};
    double better = 0;
    const Score score = [&](const StoredNetwork&) { return better += 0.1; };
    for (const SuperposeMethod& method : superpose_methods()) {
        if (method.name == "intersection") continue;  // may have fewer
        INFO(method.name);
        SuperposeOptions options;
        options.budget = topology::budget_of(pointers(tickets), 60);
        const Selected result = method.work({pointers(tickets), options, accuracies, score});
        CHECK(topology::edges(result.network.topology) == 60);
        CHECK(result.network.topology.layers[2].pattern.is_full());
    }
}

TEST_CASE("superposing: swa is cia, the unpruned mean the soup, and masks nest", "[tickets][superposing]") {
    Stream stream = test_stream();
    const std::vector<StoredNetwork> tickets = random_networks(4, 0.35, stream);
    const std::vector<double> accuracies(4, 0);
    const Score score = nothing_to_score;
    SuperposeOptions options;
    const auto by = [&](const std::string& name) {
        return superpose_method(name).work({pointers(tickets), options, accuracies, score}).network;
    };
    CHECK(same_bits(by("swa"), by("uniform_soup")));
    CHECK(same_bits(by("cia"), by("task_vector")));
    CHECK(same_bits(by("sup_tickets"), by("cia")));
    CHECK_FALSE(same_bits(by("ema"), by("cima")));
    options.gamma = 0.7;
    CHECK(same_bits(by("ema"), by("cima")));
    options.average = "cima";
    CHECK(same_bits(by("sup_tickets"), by("cima")));
    const std::size_t all = topology::edges(by("union").topology);
    const std::size_t most = topology::edges(by("majority").topology);
    const std::size_t common = topology::edges(by("intersection").topology);
    CHECK(common <= most);
    CHECK(most <= all);
    options.share = 1.0;
    CHECK(same_bits(by("majority"), by("intersection")));
    options.share = 0.25;
    CHECK(same_bits(by("majority"), by("union")));
}

TEST_CASE("superposing: unknown methods and ensembles", "[tickets][superposing]") {
    CHECK_THROWS_WITH(superpose_method("lottery_pool"), Contains("Did you mean 'lottery_pools'"));
    CHECK_THROWS_WITH(superpose_method("edst"), Contains("espalier tickets ensemble"));
    CHECK_THROWS_WITH(superpose_method("dst_ensemble"), Contains("espalier tickets ensemble"));
}

}  // namespace espalier::tickets
