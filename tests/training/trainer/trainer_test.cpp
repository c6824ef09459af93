#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/threads/threads.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

Trainer plain_trainer(const std::string& method) {
    return {digits_request(method, "unused").config, digits()};
}

std::vector<Pattern> patterns(Trainer& t) {
    std::vector<Pattern> found;
    for (const std::size_t k : t.weighted_layers()) found.push_back(t.network().weight(k)->pattern());
    return found;
}

/// Masks, arrays with optimizer state, and sums of the epoch.
std::vector<double> state_of(Trainer& t) {
    std::vector<double> all = {t.epoch_sums().loss, static_cast<double>(t.epoch_sums().correct)};
    for (const nn::ParameterEntry<float>& entry : t.network().table().entries()) {
        if (entry.weight != nullptr) {
            const std::vector<std::uint64_t> flat = entry.weight->pattern().flat();
            all.insert(all.end(), flat.begin(), flat.end());
        }
        all.insert(all.end(), entry.parameter->values.begin(), entry.parameter->values.end());
        for (const auto& state : entry.parameter->state) all.insert(all.end(), state.begin(), state.end());
    }
    return all;
}

/// After so many steps with their updates, or all.
std::vector<double> trained_by_blocks(const std::string& method, std::size_t blocks, int workers,
                                      std::vector<std::string> overrides, std::int64_t steps = -1) {
    overrides.push_back("training.blocks=" + std::to_string(blocks));
    Trainer t(digits_request(method, "unused", overrides).config, digits());
    set_threads(workers);
    for (std::int64_t step = 0; step != steps && !t.is_done(); ++step) {
        t.train_step();
        if (t.update_is_due()) t.update_topology();
    }
    set_threads(1);
    return state_of(t);
}

}  // namespace

TEST_CASE("trainer: masks change at update steps and nowhere else", "[training]") {
    for (const char* method : {"set", "rigl"}) {
        Trainer t = plain_trainer(method);
        while (!t.is_done()) {
            const auto before = patterns(t);
            t.train_step();
            CHECK((patterns(t) == before));
            if (!t.update_is_due()) continue;
            CHECK(t.step() % 7 == 0);
            const auto changes = t.update_topology();
            std::size_t grown = 0;
            for (std::size_t l = 0; l < changes.size(); ++l) {
                CHECK(changes[l].dropped == changes[l].grown);
                CHECK(patterns(t)[l].edges() == before[l].edges());
                grown += changes[l].grown;
            }
            if (std::string(method) == "set") CHECK(grown > 0);
        }
        CHECK(t.step() == t.total_steps());
    }
}

TEST_CASE("trainer: RigL grows where the dense gradient of the batch before the step is largest", "[training]") {
    // Two trainers in step: one sparse, and one whose layers are full but hold the same weights (zeros elsewhere), so
    // that its weight gradient is the dense gradient by another way.
    Trainer sparse = plain_trainer("rigl");
    RunRequest request = digits_request("dense", "unused");
    Trainer dense(request.config, digits());
    while (!(sparse.step() + 1 == 7)) sparse.train_step();
    for (const std::size_t k : sparse.weighted_layers()) {
        const auto& from = *sparse.network().weight(k);
        auto& to = dense.network().weight(k)->parameter().values;
        std::fill(to.begin(), to.end(), 0.0F);
        const auto flat = from.pattern().flat();
        for (std::size_t e = 0; e < flat.size(); ++e) to[flat[e]] = from.parameter().values[e];
        dense.network().table().of(k)[1].parameter->values = sparse.network().table().of(k)[1].parameter->values;
    }
    while (dense.step() < 6) {  // to the same batch, keeping the copied weights
        auto kept = std::vector<AlignedVector<float>>{};
        for (nn::Parameter<float>* p : dense.network().table().trained()) kept.push_back(p->values);
        dense.train_step();
        std::size_t n = 0;
        for (nn::Parameter<float>* p : dense.network().table().trained()) p->values = kept[n++];
    }
    dense.train_step();
    sparse.train_step();
    REQUIRE(sparse.update_is_due());
    const auto before = patterns(sparse);
    sparse.update_topology();
    const auto after = patterns(sparse);
    for (std::size_t l = 0; l < before.size(); ++l) {
        const auto& gradient = dense.network().weight(sparse.weighted_layers()[l])->parameter().gradient;
        float smallest_grown = 1e30F;
        float largest_left = 0.0F;
        std::size_t grown = 0;
        for (std::uint64_t p = 0; p < before[l].positions(); ++p) {
            const std::size_t row = p / before[l].cols();
            const std::size_t col = p % before[l].cols();
            if (before[l].contains(row, col)) continue;  // kept or just dropped: not told apart here
            const float g = std::abs(gradient[p]);
            if (after[l].contains(row, col)) {
                smallest_grown = std::min(smallest_grown, g);
                ++grown;
            } else {
                largest_left = std::max(largest_left, g);
            }
        }
        if (before[l].is_full()) continue;
        CHECK(grown > 0);
        CHECK(largest_left > 0.0F);
        CHECK(largest_left <= smallest_grown * 1.0001F);
    }
}

TEST_CASE("trainer: evaluating between steps changes nothing", "[training]") {
    Trainer quiet = plain_trainer("rigl");
    Trainer watched = plain_trainer("rigl");
    while (!quiet.is_done()) {
        quiet.train_step();
        watched.train_step();
        watched.test_score();
        watched.validation_score();
        if (quiet.update_is_due()) {
            quiet.update_topology();
            watched.update_topology();
        }
    }
    const auto a = quiet.network().table().trained();
    const auto b = watched.network().table().trained();
    for (std::size_t k = 0; k < a.size(); ++k) CHECK(a[k]->values == b[k]->values);
}

TEST_CASE("trainer: after a loss that is no number the weights are those before the step", "[training]") {
    Trainer t = plain_trainer("dense");
    t.train_step();
    auto& weights = t.network().weight(0)->parameter().values;
    weights[0] = std::numeric_limits<float>::infinity();
    const auto before = t.network().weight(3)->parameter().values;
    CHECK_THROWS_AS(t.train_step(), NumericError);
    CHECK(t.network().weight(3)->parameter().values == before);
    CHECK(t.step() == 1);
}

TEST_CASE("trainer: images to train on are changed, others are not", "[training][augmentation]") {
    const auto trainer = [](const std::vector<std::string>& overrides) {
        return Trainer(digits_request("static", "unused", overrides).config, digits());
    };
    const std::vector<std::string> all = {"data.crop_padding=2", "data.flip=true", "data.cutout=3"};
    // Nothing is learned of a rate this small: scores are those of the first weights.
    std::vector<std::string> still = all;
    still.emplace_back("optimizer.learning_rate=1e-30");
    Trainer changed = trainer(still);
    Trainer plain = trainer({"optimizer.learning_rate=1e-30"});
    CHECK(changed.standardisation() == plain.standardisation());
    CHECK(changed.validation_score().loss == plain.validation_score().loss);
    CHECK(changed.test_score().loss == plain.test_score().loss);
    const std::vector<std::pair<std::string, bool>> keys = {{"data.crop_padding=2", true},
                                                            {"data.flip=true", true},
                                                            {"data.cutout=3", true},
                                                            {"data.crop_fill=zero", false}};
    plain.train_step();
    for (const auto& [key, changes] : keys) {
        INFO(key);
        Trainer one = trainer({"optimizer.learning_rate=1e-30", key});
        one.train_step();
        CHECK((one.epoch_sums().loss != plain.epoch_sums().loss) == changes);
    }
    // Masks found with training samples are found with them as they are.
    std::vector<std::string> snip = all;
    snip.emplace_back("sparsity.init=snip");
    Trainer scored = trainer(snip);
    Trainer scored_plain = trainer({"sparsity.init=snip"});
    CHECK((patterns(scored) == patterns(scored_plain)));
}

TEST_CASE("trainer: each epoch changes images anew, by the seed of the order", "[training][augmentation]") {
    const auto losses = [](const std::vector<std::string>& overrides) {
        std::vector<std::string> settings = {"optimizer.learning_rate=1e-30", "data.flip=true", "model.dropout=0",
                                             "training.shuffle=false"};
        settings.insert(settings.end(), overrides.begin(), overrides.end());
        Trainer t(digits_request("static", "unused", settings).config, digits());
        std::vector<double> sums;
        for (int epoch = 0; epoch < 2; ++epoch) {
            t.start_epoch_sums();
            for (int step = 0; step < t.steps_per_epoch(); ++step) t.train_step();
            sums.push_back(t.epoch_sums().loss);
        }
        return sums;
    };
    const auto first = losses({});
    CHECK(first[0] != first[1]);
    CHECK(losses({}) == first);
    CHECK(losses({"training.order_seed=8"}) != first);
    CHECK(losses({"training.order_seed=3"}) == first);  // the run's seed
    const auto plain = losses({"data.flip=false"});
    CHECK(plain[0] == Approx(plain[1]).epsilon(1e-9));
}

TEST_CASE("trainer: a table is not augmented, naming the key", "[training][augmentation]") {
    data::Dataset table = digits();
    table.shape = {64, 1, 1};
    CHECK_THROWS_WITH(Trainer(digits_request("static", "unused", {"data.flip=true"}).config, table),
                      Contains("data.flip = true changes images"));
    CHECK_THROWS_WITH(Trainer(digits_request("static", "unused", {"data.crop_padding=8"}).config, digits()),
                      Contains("data.crop_padding = 8: images of digits are 8x8"));
}

TEST_CASE("trainer: with every method bits depend on blocks, never on threads", "[training][blocks]") {
    // 63 steps, the last batch of an epoch of 13 samples: blocks of 1 and 2.
    for (const std::string& method : names_of(sparsity::methods())) {
        for (const std::size_t blocks : {1U, 2U, 4U, 8U}) {
            INFO(method << ", " << blocks << " blocks");
            const std::vector<double> expected = trained_by_blocks(method, blocks, 1, {});
            for (const int workers : {2, 3, 4, 8}) CHECK((trained_by_blocks(method, blocks, workers, {}) == expected));
        }
    }
}

TEST_CASE("trainer: of every model, optimizer and loss bits depend on blocks, never on threads", "[training][blocks]") {
    const std::vector<std::vector<std::string>> variants = {
        {"model.activation=srelu", "model.normalisation=batch_norm", "optimizer.kind=adam", "model.input_noise=0.1"},
        {"model.kind=residual_mlp", "model.hidden=[32, 24]", "model.normalisation=layer_norm",
         "training.label_smoothing=0.1"},
        {"model.kind=autoencoder", "model.hidden=[20]", "model.input_noise=0.2", "model.activation=sigmoid"},
        {"model.kind=cifar_resnet_8_4", "data.flip=true", "data.crop_padding=1", "data.cutout=2",
         "model.input_noise=0.1"},
        {"model.kind=wrn-10-1", "model.width=2", "model.global_pool=true"},
        {"model.kind=neurotrails_wrn-10-1", "model.width=2", "model.heads=2", "model.global_pool=true"},
        {"model.kind=neurotrails_mlp", "model.hidden=[24, 20, 16]", "model.merge_heads=probabilities"},
        {"sparsity.gradient_time=fresh"},
        {"sparsity.init=snip", "sparsity.grow_init=grad:0.1"}};
    for (std::vector<std::string> variant : variants) {
        variant.emplace_back("training.epochs=1");
        for (const std::size_t blocks : {2U, 8U}) {
            INFO(variant[0] << ", " << blocks << " blocks");
            const std::vector<double> expected = trained_by_blocks("rigl", blocks, 1, variant, 9);
            for (const int workers : {2, 3})
                CHECK((trained_by_blocks("rigl", blocks, workers, variant, 9) == expected));
        }
    }
}

TEST_CASE("trainer: blocks change the order of sums alone", "[training][blocks]") {
    // What is drawn for a sample is drawn whatever its block; a few steps leave rounding small.
    const std::vector<std::vector<std::string>> variants = {
        {},
        {"model.normalisation=batch_norm", "model.input_noise=0.3"},
        {"model.kind=cifar_resnet_8_4", "data.flip=true", "data.crop_padding=1", "model.input_noise=0.1"},
        {"model.kind=wrn-10-1", "model.width=2", "model.global_pool=true"},
        {"model.kind=neurotrails_mlp", "model.hidden=[24, 20, 16]"},
        {"model.kind=autoencoder", "model.hidden=[20]", "model.input_noise=0.2"},
        {"training.batch_size=50"},
        {"training.batch_size=9", "model.normalisation=batch_norm"}};
    for (std::vector<std::string> variant : variants) {
        variant.insert(variant.end(), {"optimizer.learning_rate=0.01", "optimizer.momentum=0"});
        const std::vector<double> whole = trained_by_blocks("set", 1, 1, variant, 5);
        for (const std::size_t blocks : {2U, 8U}) {
            INFO((variant.empty() ? "" : variant[0]) << ", " << blocks << " blocks");
            const std::vector<double> found = trained_by_blocks("set", blocks, 1, variant, 5);
            REQUIRE(found.size() == whole.size());
            CHECK_FALSE(found == whole);
            double worst = 0.0;
            for (std::size_t k = 0; k < found.size(); ++k)
                worst = std::max(worst, std::abs(found[k] - whole[k]) / std::max(1.0, std::abs(whole[k])));
            CHECK(worst < 1e-5);
        }
    }
}

TEST_CASE("trainer: a last batch with fewer samples than blocks leaves some empty", "[training][blocks]") {
    // 1293 samples to train on: batches of 76 leave one of 1 behind seventeen.
    const std::vector<std::string> overrides = {"training.batch_size=76", "training.epochs=2"};
    const Trainer t(digits_request("rigl", "unused", overrides).config, digits());
    REQUIRE(t.steps_per_epoch() == 18);
    const std::vector<double> whole = trained_by_blocks("rigl", 1, 1, overrides, 18);
    const std::vector<double> found = trained_by_blocks("rigl", 8, 1, overrides, 18);
    CHECK(found[0] == Approx(whole[0]).epsilon(1e-3));
    CHECK((trained_by_blocks("rigl", 8, 3, overrides, 18) == found));
}

}  // namespace espalier::training
