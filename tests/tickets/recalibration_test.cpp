#include <cmath>

#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/tickets/barrier.hpp>
#include <espalier/tickets/recalibration.hpp>
#include <espalier/tickets/ticket_comparison.hpp>
#include <espalier/topology/superposition/combine.hpp>
#include <espalier/training/plan/initial_network.hpp>

#include "tickets.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

/// Runs of networks with batch normalisation, of features and of images.
const std::vector<std::vector<std::string>> normalised_models = {
    {"model.normalisation=batch_norm", "model.hidden=[16,12]", "training.epochs=2"},
    {"model.kind=cifar_resnet_8_4", "training.epochs=1"}};

topology::StoredNetwork halfway(const Ticket& a, const Ticket& b) {
    const std::array ends = {&a.network, &b.network};
    return topology::combine(ends, std::array{0.5, 0.5});
}

/// Largest difference of the networks' statistics, relative to the largest of its array.
double largest_difference(const topology::StoredNetwork& a, const topology::StoredNetwork& b) {
    double worst = 0.0;
    std::size_t arrays = 0;
    for (std::size_t k = 0; k < a.parameters.size(); ++k) {
        REQUIRE(a.parameters[k].name == b.parameters[k].name);
        const bool is_statistic = a.parameters[k].name.starts_with("running");
        double largest = 1e-3;
        for (const float value : a.parameters[k].values) largest = std::max<double>(largest, std::abs(value));
        for (std::size_t i = 0; i < a.parameters[k].values.size(); ++i) {
            const double apart = std::abs(a.parameters[k].values[i] - b.parameters[k].values[i]);
            if (!is_statistic) CHECK(apart == 0.0);
            if (is_statistic) worst = std::max(worst, apart / largest);
        }
        arrays += is_statistic ? 1 : 0;
    }
    CHECK(arrays > 0);
    return worst;
}

}  // namespace

TEST_CASE("recalibration: exact is one batch of all samples, however they are cut", "[tickets][recalibration]") {
    TemporaryFolder folder;
    for (std::vector<std::string> settings : normalised_models) {
        INFO(settings[0]);
        const auto run = [&](const std::string& name) {
            return read_tickets({trained(folder / (settings[0].substr(6, 8) + name), settings)}).front();
        };
        const Ticket a = run("a");
        settings.emplace_back("seed=9");
        const Ticket b = run("b");
        const topology::StoredNetwork merged = halfway(a, b);
        config::RunConfig whole = a.config;
        whole.training.batch_size = 100'000;
        config::RunConfig small = a.config;
        small.training.batch_size = 37;
        const topology::StoredNetwork exact = Evaluation(a.config).recalibrated(merged, Recalibration::exact);
        CHECK(largest_difference(exact, Evaluation(small).recalibrated(merged, Recalibration::exact)) < 1e-5);
        // But for n / (n - 1): a batch of n samples is normalised by its biased variance, a network by the unbiased
        // one.
        CHECK(largest_difference(exact, Evaluation(whole).recalibrated(merged, Recalibration::batches)) < 2e-3);
        const topology::StoredNetwork batches = Evaluation(a.config).recalibrated(merged);
        CHECK(largest_difference(exact, batches) > 1e-4);  // the spread of the batches' means is missing there
        CHECK(largest_difference(exact, batches) < 0.5);
        CHECK(largest_difference(exact, merged) > 1e-2);
        CHECK(largest_difference(merged, Evaluation(a.config).recalibrated(merged, Recalibration::none)) == 0.0);
    }
}

TEST_CASE("recalibration: networks on a line, both ends too; a ticket has no barrier with itself",
          "[tickets][recalibration]") {
    TemporaryFolder folder;
    std::vector<std::string> settings = normalised_models.back();
    const Ticket a = read_tickets({trained(folder / "a", settings)}).front();
    settings.emplace_back("seed=9");
    const Ticket b = read_tickets({trained(folder / "b", settings)}).front();
    const Evaluation evaluation(a.config);
    const auto compared = [&](const Ticket& other, Recalibration how) {
        const ComparisonOptions options{.part = Part::validation, .points = 3, .align = true, .recalibration = how};
        return compare({a, other}, evaluation, options).pairs.front();
    };
    const topology::StoredNetwork middle = halfway(a, b);
    for (const Recalibration how : {Recalibration::none, Recalibration::batches, Recalibration::exact}) {
        CHECK(compared(a, how).as_is.barrier.loss == Approx(0.0).margin(1e-6));
        const PairFacts pair = compared(b, how);
        CHECK((pair.nnstd > 0 && pair.nnstd < 1));
        CHECK(pair.aligned.has_value());
        const auto loss_of = [&](const topology::StoredNetwork& network) {
            return evaluation.score(evaluation.recalibrated(network, how), Part::validation).loss;
        };
        REQUIRE(pair.as_is.line.size() == 3);
        CHECK(pair.as_is.line[0].loss == loss_of(b.network));
        CHECK(pair.as_is.line[1].loss == loss_of(middle));
        CHECK(pair.as_is.line[2].loss == loss_of(a.network));
    }
    CHECK(compared(b, Recalibration::none).as_is.line[0].loss == evaluation.score(b.network, Part::validation).loss);
    CHECK(compared(b, Recalibration::none).as_is.line[1].loss !=
          compared(b, Recalibration::batches).as_is.line[1].loss);
}

TEST_CASE("recalibration: names, and networks that follow nothing", "[tickets][recalibration]") {
    CHECK(parse_recalibration("exact") == Recalibration::exact);
    CHECK_THROWS_WITH(parse_recalibration("batch"), Contains("Did you mean 'batches'"));
    TemporaryFolder folder;
    const Ticket plain = read_tickets({trained(folder / "a", {"training.epochs=1"})}).front();
    const topology::StoredNetwork same = Evaluation(plain.config).recalibrated(plain.network, Recalibration::exact);
    for (std::size_t k = 0; k < same.parameters.size(); ++k)
        CHECK(same.parameters[k].values == plain.network.parameters[k].values);
}

TEST_CASE("recalibration: exact counts pixels, not the border that large images have in memory",
          "[tickets][recalibration]") {
    INFO(seed_text());
    Stream stream = test_stream();
    const config::RunConfig config = config::resolve(
        config::parse_toml("[model]\nkind = 'cifar_resnet_8_4'\n[sparsity]\nmethod = 'dense'\n", "test"));
    const nn::Sample sample(1, 14, 14);
    REQUIRE(kernels::with_border(sample.image).border > 0);
    const training::NetworkPlan plan = training::plan_network(config, sample, 10);
    constexpr std::size_t samples = 24;
    const auto statistics = [&](Recalibration how) {
        nn::Network<float> network = training::make_network(config, plan);
        kernels::Activations<float> inputs;
        inputs.resize(sample.features(), samples, network.input_layout());
        Stream same = stream;
        for (std::size_t b = 0; b < inputs.view().blocks(); ++b) {
            const kernels::View<float> block = inputs.view().block(b);
            for (std::size_t f = 0; f < block.features; ++f) {
                const std::vector<double> row = random_values(block.lanes, same);
                for (std::size_t lane = 0; lane < row.size(); ++lane)
                    block.row(f)[lane] = static_cast<float>(row[lane] + 1.0);
            }
        }
        recalibrate(network, how, [&](const auto& visit) { visit(std::as_const(inputs).view()); });
        std::vector<std::pair<std::string, std::vector<float>>> found;
        for (const nn::ParameterEntry<float>& entry : network.table().entries()) {
            if (entry.parameter->is_trained()) continue;
            found.emplace_back(entry.path(),
                               std::vector<float>(entry.parameter->values.begin(), entry.parameter->values.end()));
        }
        return found;
    };
    // Of one batch both are its moments, but for what n / (n - 1) changes in the layers behind.
    const auto exact = statistics(Recalibration::exact);
    const auto batches = statistics(Recalibration::batches);
    REQUIRE(exact.size() == batches.size());
    for (std::size_t k = 0; k < exact.size(); ++k) {
        INFO(exact[k].first);
        for (std::size_t c = 0; c < exact[k].second.size(); ++c)
            CHECK(exact[k].second[c] == Approx(batches[k].second[c]).epsilon(0.01).margin(0.01));
    }
}

}  // namespace espalier::tickets
