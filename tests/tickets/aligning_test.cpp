#include <espalier/base/text/error.hpp>
#include <espalier/tickets/aligning.hpp>
#include <espalier/tickets/barrier.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>

#include "tickets.hpp"
#include "topology/networks.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

topology::Permutations shuffled_units(const topology::StoredNetwork& network, Stream& stream) {
    topology::Permutations permutations;
    for (const topology::UnitGroup& group : topology::unit_groups(network))
        permutations.push_back(random_permutation(group.size, stream));
    return permutations;
}

Ticket residual_ticket(const std::filesystem::path& folder) {
    const std::vector<std::string> model = {"training.epochs=1", "model.kind=cifar_resnet_8_4",
                                            "model.global_pool=true"};
    return read_tickets({trained(folder, model)}).front();
}

double largest_difference(const Predictions& a, const Predictions& b) {
    double largest = 0;
    for (std::size_t k = 0; k < a.log_probabilities.size(); ++k)
        largest = std::max(largest, std::abs(a.log_probabilities[k] - b.log_probabilities[k]));
    return largest;
}

}  // namespace

TEST_CASE("aligning: residual networks with other numbers of channels compute what they did, and come back",
          "[tickets][alignment]") {
    INFO(seed_text());
    Stream stream = test_stream();
    TemporaryFolder folder;
    const std::vector<std::string> small = {"training.epochs=1", "model.dropout=0", "sparsity.density=0.6",
                                            "optimizer.learning_rate=0.02", "model.global_pool=true"};
    for (const std::string model :
         {"cifar_resnet_8_4", "resnet8_A", "wrn-10-1", "neurotrails_wrn-10-1", "residual_mlp"}) {
        INFO(model);
        std::vector<std::string> settings = small;
        if (model == "residual_mlp") {
            settings = {"training.epochs=1", "model.hidden=[24, 24, 16]", "model.normalisation=batch_norm"};
        }
        settings.push_back("model.kind=" + model);
        const Ticket ticket = read_tickets({trained(folder / model, settings)}).front();
        const Evaluation evaluation(ticket.config);
        const Predictions expected = evaluation.predict(ticket.network, Part::test);
        const topology::StoredNetwork moved =
            topology::permuted(ticket.network, shuffled_units(ticket.network, stream));
        CHECK(largest_difference(evaluation.predict(moved, Part::test), expected) < 1e-4);
        const topology::Alignment found = align(AlignBy::weights, evaluation, ticket.network, moved);
        const topology::StoredNetwork restored = topology::permuted(moved, found.permutations);
        for (std::size_t l = 0; l < restored.topology.layers.size(); ++l) {
            CHECK((restored.topology.layers[l].pattern == ticket.network.topology.layers[l].pattern));
            CHECK((restored.topology.layers[l].values == ticket.network.topology.layers[l].values));
        }
        CHECK(largest_difference(evaluation.predict(restored, Part::test), expected) == 0.0);
    }
}

TEST_CASE("aligning: a residual network that does not say what feeds its layers is refused", "[tickets][alignment]") {
    TemporaryFolder folder;
    const Ticket ticket = residual_ticket(folder / "run");
    const Evaluation evaluation(ticket.config);
    topology::StoredNetwork silent = ticket.network;
    for (topology::Layer& layer : silent.topology.layers) layer.fed_by.reset();
    CHECK_THROWS_WITH(align(AlignBy::weights, evaluation, silent, silent),
                      Catch::Contains("does not say which layers feed which"));
    const Ticket chain = read_tickets({trained(folder / "chain")}).front();
    CHECK_NOTHROW(align(AlignBy::weights, Evaluation(chain.config), chain.network, chain.network));
}

TEST_CASE("aligning: heads that share a normalisation are refused", "[tickets][alignment]") {
    TemporaryFolder folder;
    const std::vector<std::string> model = {"training.epochs=1", "model.kind=neurotrails_wrn-10-1", "model.width=2",
                                            "model.global_pool=true", "model.shared_final_norm=true"};
    const Ticket ticket = read_tickets({trained(folder / "run", model)}).front();
    CHECK_THROWS_WITH(align(AlignBy::weights, Evaluation(ticket.config), ticket.network, ticket.network),
                      Catch::Contains("model.shared_final_norm = false"));
    CHECK_THROWS_WITH(Evaluation(ticket.config).recalibrated(ticket.network, Recalibration::batches),
                      Catch::Contains("--recalibrate none"));
}

TEST_CASE("aligning: activations of images and streams are refused with another way", "[tickets][alignment]") {
    TemporaryFolder folder;
    const Ticket ticket = residual_ticket(folder / "run");
    const Evaluation evaluation(ticket.config);
    CHECK_THROWS_WITH(align(AlignBy::activations, evaluation, ticket.network, ticket.network),
                      Catch::Contains("align by weights or masks"));
}

}  // namespace espalier::tickets
