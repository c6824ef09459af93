#include <algorithm>

#include <espalier/data/lookup.hpp>
#include <espalier/nn/layers/linear.hpp>
#include <espalier/nn/models/spec.hpp>
#include <espalier/training/trainer/trainer.hpp>
#include <espalier/training/updates/cosine_growth.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// What is asked of the data, counted.
struct Asked {
    double accuracy = 0.0;
    int evaluations = 0;
    int passes = 0;

    DataAccess data() {
        return {[this] {
                    ++evaluations;
                    return accuracy;
                },
                [this](const DataAccess::Visit&) { ++passes; }};
    }
};

nn::Network<float> tiny_network() {
    std::vector<nn::Node<float>> nodes;
    nodes.push_back({std::make_unique<nn::Linear<float>>("fc1", Pattern::full(2, 3)), {nn::network_input}});
    return nn::Network<float>(std::move(nodes));
}

/// Stops at some steps, goes on, and compares all that was left behind with the uninterrupted run.
void check_resumes(const std::string& method, const std::vector<std::string>& overrides) {
    const TemporaryFolder whole;
    run(digits_request(method, whole.path(), overrides));
    const TemporaryFolder parts;
    run_in_parts(digits_request(method, parts.path(), overrides), {13, 14, 15, 29, 48});
    CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
}

}  // namespace

TEST_CASE("plateau: reached after so long without a better value, and for good", "[training]") {
    Plateau plateau;
    CHECK_FALSE(plateau.update(10, 0.5, 40));
    CHECK_FALSE(plateau.update(20, 0.6, 40));
    CHECK_FALSE(plateau.update(50, 0.6, 40));  // equal is not better
    CHECK_FALSE(plateau.update(59, 0.1, 40));
    CHECK_FALSE(plateau.update(60, 0.7, 40));  // just in time
    CHECK(plateau.best_step == 60);
    CHECK(plateau.update(100, 0.7, 40));
    CHECK(plateau.update(110, 0.9, 40));
    CHECK(plateau.best == 0.7);
}

TEST_CASE("cosine growth: a pass an exchange until the plateau, then none, and nobody evaluates in vain",
          "[training]") {
    nn::Network<float> network = tiny_network();
    Asked asked;
    CosineGrowth pure(sparsity::grow_cosine(), 3, network, {true});
    CosineGrowth seq(sparsity::grow_cosine_seq(), 3, network, {true});
    for (std::int64_t step = 1; step <= 6; ++step) {
        pure.before_exchange(step, asked.data());
        CHECK(pure.scores(0));
        pure.after_exchange();
        CHECK_FALSE(pure.scores(0));
    }
    CHECK(asked.passes == 6);
    CHECK(asked.evaluations == 0);
    for (std::int64_t step = 1; step <= 6; ++step) {
        seq.before_exchange(step, asked.data());
        CHECK(static_cast<bool>(seq.scores(0)) == (step < 4));
    }
    CHECK(asked.passes == 6 + 3);
    CHECK(asked.evaluations == 4);
}

TEST_CASE("cosine growth: the plateau survives a stop", "[training][run]") {
    const TemporaryFolder folder;
    run(digits_request("ctre_seq", folder.path(), {"sparsity.early_stop=1it", "optimizer.learning_rate=0.3"}));
    const auto left = all_arrays(folder.path());
    const auto reached =
        std::ranges::find_if(left, [](const auto& entry) { return entry.first.ends_with("plateau.is_reached"); });
    REQUIRE(reached != left.end());
    CHECK(reached->second[0] == 1);  // or else there is nothing to survive
    check_resumes("ctre_seq", {"sparsity.early_stop=1it", "optimizer.learning_rate=0.3"});
    check_resumes("set", {"sparsity.grow_rule=hebbian"});
    // Nearly all go, so that positions of pixels that are always white, which have no gradient, must come.
    check_resumes("rigl", {"sparsity.zero_gradient=random", "sparsity.density=0.97", "sparsity.drop_fraction=0.99"});
    check_resumes("set", {"sparsity.grow_rule=gradient_sampled", "sparsity.sample_factor=2"});
}

TEST_CASE("cosine growth: with a plateau at once, ctre_seq is random growth", "[training][run]") {
    const data::Dataset digits = data::load_dataset("digits", "");
    // A rate so small that the accuracy stays: the first update is the last by cosine.
    const std::vector<std::string> still = {"optimizer.learning_rate=1e-12", "sparsity.early_stop=7it"};
    Trainer seq(digits_request("ctre_seq", "unused", still).config, digits);
    Trainer cosine(digits_request("ctre_cos", "unused", still).config, digits);
    int equal = 0;
    while (!seq.is_done()) {
        for (Trainer* trainer : {&seq, &cosine}) {
            trainer->train_step();
            if (trainer->update_is_due()) trainer->update_topology();
        }
        if (seq.step() % 7 != 0) continue;
        bool same = true;
        for (const std::size_t k : seq.weighted_layers()) {
            same = same && seq.network().weight(k)->pattern() == cosine.network().weight(k)->pattern();
        }
        if (seq.step() == 7) CHECK(same);
        equal += same ? 1 : 0;
    }
    CHECK(equal < 8);
}

TEST_CASE("cosine growth: what watches the validation accuracy needs examples held out", "[training]") {
    const data::Dataset digits = data::load_dataset("digits", "");
    config::RunConfig config = digits_request("ctre_seq", "unused").config;
    config.data.validation = 1e-6;  // rounds to no example
    CHECK_THROWS_WITH(Trainer(config, digits), Contains("cosine_seq") && Contains("data.validation"));
}

}  // namespace espalier::training
