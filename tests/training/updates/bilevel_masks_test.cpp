#include <algorithm>
#include <cmath>

#include <espalier/base/threads/threads.hpp>
#include <espalier/training/trainer/trainer.hpp>
#include <espalier/training/updates/bilevel_masks.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

const std::vector<std::string> fast_masks = {"sparsity.mask_rate=30"};
const std::vector<std::string> by_candidates = {"sparsity.mask_rate=300", "sparsity.mask_candidates=0.3",
                                                "sparsity.mask_gradient=bilinear", "sparsity.mask_soft=identity"};

Trainer bilevel_trainer(const std::vector<std::string>& overrides) {
    return {digits_request("bidst", "unused", overrides).config, digits()};
}

/// A layer's weights and scores for every position, as a checkpoint holds them.
struct ScoredLayer {
    Pattern mask;
    std::vector<float> kept;     // values of the mask's weights
    std::vector<float> weights;  // [positions]
    std::vector<float> scores;
};

std::vector<ScoredLayer> scored_layers(Trainer& t) {
    const TemporaryFolder folder;
    write_checkpoint(folder / "checkpoint.h5", [&](CheckpointWriter& writer) { t.save(writer); });
    const CheckpointReader checkpoint(folder / "checkpoint.h5");
    std::vector<ScoredLayer> found;
    for (std::size_t number = 0; number < t.weighted_layers().size(); ++number) {
        const nn::MaskedWeight<float>& weight = *t.network().weight(t.weighted_layers()[number]);
        const std::string name = "fc" + std::to_string(number + 1);
        ScoredLayer layer{weight.pattern(),
                          {weight.parameter().values.begin(), weight.parameter().values.end()},
                          checkpoint.get<float>("weights." + name),
                          checkpoint.get<float>("scores." + name)};
        const auto flat = layer.mask.flat();
        for (std::size_t k = 0; k < flat.size(); ++k) layer.weights[flat[k]] = layer.kept[k];
        found.push_back(std::move(layer));
    }
    return found;
}

std::vector<Pattern> masks_of(Trainer& t) {
    std::vector<Pattern> found;
    for (const std::size_t k : t.weighted_layers()) found.push_back(t.network().weight(k)->pattern());
    return found;
}

}  // namespace

TEST_CASE("bi-level masks: scores step by the dense gradient, the highest are the mask, weights come back as they were",
          "[training][bidst]") {
    for (const char* kind : {"first_order", "bilinear"}) {
        INFO(kind);
        Trainer t = bilevel_trainer({"sparsity.mask_rate=30", std::string("sparsity.mask_gradient=") + kind});
        std::size_t moved = 0;
        while (!t.is_done()) {
            t.train_step();
            if (!t.update_is_due()) continue;
            const std::vector<ScoredLayer> before = scored_layers(t);
            const std::vector<LayerChange> changes = t.update_topology();
            const std::vector<ScoredLayer> after = scored_layers(t);
            for (std::size_t l = 0; l < before.size(); ++l) {
                CHECK(after[l].mask.edges() == before[l].mask.edges());
                CHECK(changes[l].dropped == changes[l].grown);
                CHECK(after[l].weights == before[l].weights);
                CHECK(after[l].scores != before[l].scores);
                CHECK(after[l].mask == sparsity::highest_scores(after[l].mask.rows(), after[l].mask.cols(),
                                                                after[l].scores, after[l].mask.edges(), "score"));
                moved += changes[l].grown;
            }
        }
        CHECK(moved > 0);
    }
}

TEST_CASE("bi-level masks: scores that do not move leave a static network", "[training][bidst]") {
    Trainer often = bilevel_trainer({"sparsity.mask_rate=0"});
    Trainer once = bilevel_trainer({"sparsity.mask_rate=0", "sparsity.update_every=62it"});
    const std::vector<Pattern> first = masks_of(often);
    while (!often.is_done()) {
        often.train_step();
        once.train_step();
        if (often.update_is_due()) often.update_topology();
    }
    CHECK((masks_of(often) == first));
    for (const std::size_t k : often.weighted_layers()) {
        CHECK((often.network().weight(k)->parameter().values == once.network().weight(k)->parameter().values));
    }
}

TEST_CASE("bi-level masks: begin with the largest of a dense draw", "[training][bidst]") {
    Trainer t = bilevel_trainer({});
    for (const ScoredLayer& layer : scored_layers(t)) {
        for (std::size_t k = 0; k < layer.weights.size(); ++k) CHECK(layer.scores[k] == std::abs(layer.weights[k]));
        CHECK(*std::ranges::min_element(layer.kept, {}, [](float w) { return std::abs(w); }) != 0.0F);
    }
    CHECK(t.density() == Approx(0.3).epsilon(1e-3));
}

TEST_CASE("bi-level masks: layers compete where all scores are one ranking, and the total stays", "[training][bidst]") {
    Trainer t = bilevel_trainer({"sparsity.mask_rate=100", "sparsity.mask_scope=global"});
    const std::size_t kept = t.kept();
    const std::vector<Pattern> first = masks_of(t);
    while (!t.is_done()) {
        t.train_step();
        if (t.update_is_due()) t.update_topology();
    }
    CHECK(t.kept() == kept);
    const std::vector<Pattern> last = masks_of(t);
    std::size_t changed = 0;
    for (std::size_t l = 0; l < last.size(); ++l) {
        CHECK(last[l].edges() > 0);
        changed += last[l].edges() == first[l].edges() ? 0 : 1;
    }
    CHECK(changed > 0);
}

TEST_CASE("bi-level masks: with candidates only kept weights have scores, and counts stay", "[training][bidst]") {
    Trainer t = bilevel_trainer(by_candidates);
    const std::vector<Pattern> first = masks_of(t);
    std::size_t grown = 0;
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        for (const LayerChange& change : t.update_topology()) grown += change.grown;
        const TemporaryFolder folder;
        write_checkpoint(folder / "checkpoint.h5", [&](CheckpointWriter& writer) { t.save(writer); });
        const CheckpointReader checkpoint(folder / "checkpoint.h5");
        CHECK(checkpoint.get<float>("scores.fc1").size() == masks_of(t)[0].edges());
    }
    CHECK(grown > 0);
    const std::vector<Pattern> last = masks_of(t);
    for (std::size_t l = 0; l < last.size(); ++l) CHECK(last[l].edges() == first[l].edges());
}

TEST_CASE("bi-level masks: a resumed run and any number of threads give the same bits", "[training][bidst]") {
    for (const auto& overrides : {fast_masks, by_candidates}) {
        const TemporaryFolder whole;
        const TemporaryFolder parts;
        const TemporaryFolder threaded;
        set_threads(1);
        run(digits_request("bidst", whole.path(), overrides));
        run_in_parts(digits_request("bidst", parts.path(), overrides), {3, 7, 8, 40});
        set_threads(3);
        run(digits_request("bidst", threaded.path(), overrides));
        set_threads(1);
        CHECK((all_arrays(whole.path()) == all_arrays(parts.path())));
        CHECK((all_arrays(whole.path()) == all_arrays(threaded.path())));
    }
}

}  // namespace espalier::training
