#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/tickets/structured.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/plan/plan.hpp>
#include <espalier/training/trainer/evaluation.hpp>

#include "tickets/tickets.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

/// The digits, unscaled: what matters is that both networks see the same.
data::Standardisation as_they_are() {
    const std::size_t features = digits().train.features;
    return {std::vector<float>(features, 1.0F / 16.0F), std::vector<float>(features, 0.0F)};
}

Structured rebuilt(const Ticket& ticket, const data::Standardisation& scaling, bool keeps_masks) {
    return structured(ticket,
                      {.examples = digits().test,
                       .standardisation = scaling,
                       .shape = training::sample_of(digits().shape),
                       .classes = 10},
                      {.keeps_masks = keeps_masks, .batch = 32});
}

Ticket ticket_of(const std::filesystem::path& folder, const std::vector<std::string>& overrides) {
    return read_tickets({trained(folder, overrides)}).front();
}

}  // namespace

TEST_CASE("structured: of models of images and of features the file holds a network with the same outputs",
          "[tickets][structured]") {
    const data::Standardisation scaling = as_they_are();
    const std::vector<std::vector<std::string>> models = {
        {"model.kind=cifar_resnet_8_4", "sparsity.density=0.1"},
        {"model.kind=resnet8_A", "model.width=4", "sparsity.density=0.1"},
        {"model.normalisation=batch_norm", "sparsity.density=0.02"},
        {"model.activation=srelu", "sparsity.density=0.02"},
        {"model.kind=autoencoder", "sparsity.density=0.02"},
    };
    for (const std::vector<std::string>& model : models) {
        INFO(model.front());
        const TemporaryFolder folder;
        const Ticket ticket = ticket_of(folder.path() / "run", model);
        for (const bool keeps : {false, true}) {
            INFO(keeps);
            const Structured made = rebuilt(ticket, scaling, keeps);
            CHECK(made.distance <= 1e-6);
            CHECK(made.after.multiply_adds <= (keeps ? made.before : made.dense).multiply_adds);
            CHECK(made.batch == 32);
            const auto file = folder.path() / "small.h5";
            write_structured(file, made);
            const Ticket read = read_tickets({file.string()}).front();
            CHECK(config::to_toml(read.config) == config::to_toml(made.ticket.config));
            const nn::Sample sample = training::sample_of(digits().shape);
            nn::Network<float> before = training::make_network(ticket.config, ticket.network, sample, 10);
            nn::Network<float> after = training::make_network(read.config, read.network, sample, 10);
            const training::Objective& objective = training::objective(ticket.config);
            const auto score = [&](nn::Network<float>& network) {
                return training::Evaluator(network, objective)(digits().test, {0, 360}, scaling).loss;
            };
            CHECK(score(after) == Approx(score(before)).epsilon(1e-5));
        }
    }
}

TEST_CASE("structured: its configuration is one that a run takes", "[tickets][structured]") {
    const TemporaryFolder folder;
    const Ticket ticket = ticket_of(folder.path() / "run", {"model.kind=cifar_resnet_8_4", "sparsity.density=0.1"});
    for (const bool keeps : {false, true}) {
        const Structured made = rebuilt(ticket, as_they_are(), keeps);
        const std::string text = config::to_toml(made.ticket.config);
        const config::RunConfig again = config::resolve(config::parse_toml(text, "structured"));
        CHECK(config::to_toml(again) == text);
        CHECK(again.sparsity.method == (keeps ? "static" : "dense"));
        const training::NetworkPlan plan = training::plan_network(again, training::sample_of(digits().shape), 10);
        const std::size_t kept = topology::edges(made.ticket.network.topology);
        if (!keeps) CHECK(plan.kept() == kept);
    }
}

TEST_CASE("structured: a stream of features has no narrower form and is refused", "[tickets][structured]") {
    const TemporaryFolder folder;
    const Ticket ticket = ticket_of(folder.path() / "run", {"model.kind=residual_mlp", "model.hidden=[16, 8]"});
    CHECK_THROWS_WITH(rebuilt(ticket, as_they_are(), false), Contains("residual_mlp") && Contains("--structured"));
}

}  // namespace espalier::tickets
