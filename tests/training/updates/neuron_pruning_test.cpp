#include <algorithm>
#include <cmath>

#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

/// Prunings after steps 14, 28, 42 and 56, exchanges after every seventh.
const std::vector<std::string> soon = {"sparsity.importance_from=10it", "sparsity.importance_every=14it"};

std::vector<std::string> soon_and(std::vector<std::string> others) {
    others.insert(others.end(), soon.begin(), soon.end());
    return others;
}

Trainer pruning_trainer(const std::vector<std::string>& overrides) {
    return {digits_request("importance_pruning", "unused", overrides).config, digits()};
}

const nn::MaskedWeight<float>& weight_of(Trainer& t, std::size_t l) {
    return *t.network().weight(t.weighted_layers()[l]);
}

/// The neurons of a layer that 7.3 removes, straight from the text.
std::vector<bool> weak_neurons(const nn::MaskedWeight<float>& layer) {
    std::vector<double> strength(layer.pattern().rows(), 0.0);
    const auto flat = layer.pattern().flat();
    for (std::size_t e = 0; e < flat.size(); ++e) {
        strength[flat[e] / layer.pattern().cols()] += std::abs(static_cast<double>(layer.parameter().values[e]));
    }
    std::vector<double> sorted = strength;
    std::ranges::sort(sorted);
    const double rank = 0.2 * static_cast<double>(sorted.size() - 1);
    const auto low = static_cast<std::size_t>(std::floor(rank));
    const double threshold =
        sorted[low] * (1.0 - (rank - std::floor(rank))) + sorted[low + 1] * (rank - std::floor(rank));
    std::vector<bool> weak;
    for (const double s : strength) weak.push_back(s <= threshold + 1e-12);
    return weak;
}

std::size_t fan_out(const Pattern& pattern, std::size_t input) {
    std::size_t count = 0;
    for (std::size_t row = 0; row < pattern.rows(); ++row) count += pattern.contains(row, input) ? 1 : 0;
    return count;
}

/// Positions kept by a layer whose row or column is marked.
std::size_t marked(const Pattern& pattern, const std::vector<bool>& rows, const std::vector<bool>& cols) {
    std::size_t count = 0;
    for (const std::uint64_t p : pattern.flat()) {
        count += (!rows.empty() && rows[p / pattern.cols()]) || (!cols.empty() && cols[p % pattern.cols()]) ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("neuron pruning: as defined, hard: the weak lose all weights for good, and layers shrink", "[training]") {
    Trainer t = pruning_trainer(soon);
    std::vector<std::vector<bool>> dead = {std::vector<bool>(32, false), std::vector<bool>(16, false)};
    int prunings = 0;
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        const bool prunes = t.step() > 10 && t.step() % 14 == 0;
        std::vector<std::size_t> expected;  // weights left
        if (prunes) {
            ++prunings;
            std::vector<std::vector<bool>> weak = {weak_neurons(weight_of(t, 0)), weak_neurons(weight_of(t, 1))};
            for (std::size_t l = 0; l < 2; ++l) {
                for (std::size_t k = 0; k < dead[l].size(); ++k) dead[l][k] = dead[l][k] || weak[l][k];
            }
        }
        for (std::size_t l = 0; l < 3; ++l) {
            const Pattern& pattern = weight_of(t, l).pattern();
            expected.push_back(pattern.edges() - marked(pattern, l < 2 ? dead[l] : std::vector<bool>(),
                                                        l > 0 ? dead[l - 1] : std::vector<bool>()));
        }
        const auto changes = t.update_topology();
        for (std::size_t l = 0; l < 3; ++l) {
            const Pattern& pattern = weight_of(t, l).pattern();
            CHECK(pattern.edges() == expected[l]);
            CHECK(changes[l].dropped >= changes[l].grown);
            CHECK((prunes || changes[l].dropped == changes[l].grown));
            CHECK(marked(pattern, l < 2 ? dead[l] : std::vector<bool>(), l > 0 ? dead[l - 1] : std::vector<bool>()) ==
                  0);
        }
    }
    CHECK(prunings == 4);
    CHECK(std::ranges::count(dead[0], true) >= 7);
    CHECK(t.test_score().accuracy > 0.5);
}

TEST_CASE("neuron pruning: not hard, only incoming weights go and may come again", "[training]") {
    Trainer t = pruning_trainer(soon_and({"sparsity.importance_hard=false"}));
    bool came_again = false;
    std::vector<bool> weak_once(32, false);
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        const bool prunes = t.step() > 10 && t.step() % 14 == 0;
        std::vector<std::size_t> expected;
        for (std::size_t l = 0; l < 3; ++l) {
            const Pattern& pattern = weight_of(t, l).pattern();
            const std::vector<bool> weak = prunes && l < 2 ? weak_neurons(weight_of(t, l)) : std::vector<bool>();
            expected.push_back(pattern.edges() - marked(pattern, weak, {}));
            for (std::size_t k = 0; l == 0 && k < weak.size(); ++k) weak_once[k] = weak_once[k] || weak[k];
        }
        t.update_topology();
        std::size_t outgoing = 0;
        for (std::size_t l = 0; l < 3; ++l) CHECK(weight_of(t, l).pattern().edges() == expected[l]);
        for (std::size_t k = 0; k < 32; ++k) {
            if (!weak_once[k]) continue;
            came_again = came_again || !weight_of(t, 0).pattern().row(k).empty();
            outgoing += fan_out(weight_of(t, 1).pattern(), k);
        }
        if (t.step() >= 14) CHECK(outgoing > 0);
    }
    CHECK(came_again);
}

TEST_CASE("neuron pruning: survives a stop, with every kind of growth", "[training][run]") {
    for (const std::string& grow : names_of(sparsity::grow_rules())) {
        INFO(grow);
        const auto overrides = soon_and({"sparsity.grow_rule=" + grow});
        const TemporaryFolder whole;
        run(digits_request("importance_pruning", whole.path(), overrides));
        const TemporaryFolder parts;
        run_in_parts(digits_request("importance_pruning", parts.path(), overrides), {13, 14, 15, 40});
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("neuron pruning: begins with full layers, too", "[training]") {
    Trainer t = pruning_trainer(soon_and({"sparsity.init=dense"}));
    while (!t.is_done()) {
        t.train_step();
        if (t.update_is_due()) t.update_topology();
    }
    CHECK(t.density() < 0.9);
    CHECK(t.test_score().accuracy > 0.5);
}

TEST_CASE("neuron pruning: layers forced dense keep their inputs", "[training]") {
    const auto last_dense = [](const std::string& hard) {
        return soon_and({"sparsity.dense_layers=[\"last\"]", "sparsity.importance_hard=" + hard});
    };
    CHECK_THROWS_WITH(pruning_trainer(last_dense("true")), Contains("layer fc3") && Contains("importance_hard"));
    Trainer soft = pruning_trainer(last_dense("false"));
    Trainer first = pruning_trainer(soon_and({"sparsity.dense_layers=[\"first\"]"}));
    for (Trainer* t : {&soft, &first}) {
        while (!t->is_done()) {
            t->train_step();
            if (t->update_is_due()) t->update_topology();
        }
    }
    CHECK(weight_of(soft, 2).pattern().is_full());
    CHECK(weight_of(first, 0).pattern().is_full());
    CHECK(weight_of(first, 2).pattern().edges() < 16 * 10 * 0.9);
}

TEST_CASE("neuron pruning: that a training is too short for it is told before the first step", "[training][run]") {
    for (const auto& overrides : {std::vector<std::string>{}, soon}) {
        const TemporaryFolder folder;
        RunRequest request = digits_request("importance_pruning", folder.path(), overrides);
        std::vector<std::string> notices;
        request.notice = [&](const std::string& text) { notices.push_back(text); };
        stop_after(request, 1);
        run(request);
        REQUIRE(notices.size() == (overrides.empty() ? 1 : 0));
        if (!notices.empty()) CHECK_THAT(notices[0], Contains("importance_from = 200ep"));
    }
}

TEST_CASE("neuron pruning: within residual blocks channels go with their kernels on both sides; streams stay whole",
          "[training][images]") {
    Trainer t = pruning_trainer(soon_and({"model.kind=cifar_resnet_8_4", "sparsity.density=0.5"}));
    const nn::NetworkSpec& spec = t.plan().spec;
    const std::vector<std::size_t> layers = spec.weighted();
    const auto number_of = [&](const std::string& name) {
        for (std::size_t l = 0; l < layers.size(); ++l) {
            if (spec.nodes[layers[l]].name == name) return l;
        }
        throw Error("no layer " + name);
    };
    std::vector<std::vector<bool>> gone(layers.size());  // of the first convolutions of the blocks
    std::size_t prunings = 0;
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        std::vector<std::size_t> edges_before;
        for (std::size_t l = 0; l < layers.size(); ++l) edges_before.push_back(weight_of(t, l).pattern().edges());
        const bool prunes = t.step() > 10 && t.step() % 14 == 0;
        for (const char* block : {"blocks.0.", "blocks.1.", "blocks.2."}) {
            const std::size_t first = number_of(std::string(block) + "conv1");
            gone[first].resize(weight_of(t, first).pattern().rows());
            const std::vector<bool> weak = weak_neurons(weight_of(t, first));
            for (std::size_t j = 0; prunes && j < weak.size(); ++j) gone[first][j] = gone[first][j] || weak[j];
        }
        t.update_topology();
        prunings += prunes ? 1 : 0;
        for (const char* block : {"blocks.0.", "blocks.1.", "blocks.2."}) {
            INFO(block << " step " << t.step());
            const std::size_t first = number_of(std::string(block) + "conv1");
            const std::size_t second = number_of(std::string(block) + "conv2");
            const Pattern& in = weight_of(t, first).pattern();
            const Pattern& out = weight_of(t, second).pattern();
            for (std::size_t j = 0; j < in.rows(); ++j) {
                if (gone[first][j]) CHECK(in.row(j).empty());
            }
            for (const std::uint64_t position : out.flat()) CHECK_FALSE(gone[first][position % out.cols() / 9]);
        }
        // The stem and the shortcuts only write to and read from streams, the last layer reads one.
        for (const char* name : {"conv", "blocks.1.shortcut.0", "blocks.2.shortcut.0", "fc"}) {
            INFO(name);
            CHECK(weight_of(t, number_of(name)).pattern().edges() == edges_before[number_of(name)]);
        }
    }
    CHECK(prunings == 4);
}

namespace {

/// 63 steps, exchanges after every seventh, channels after 11, 25, 39.
std::vector<std::string> chase_and(std::vector<std::string> others) {
    const std::vector<std::string> settings = {"model.kind=cifar_resnet_8_4", "sparsity.density=0.4",
                                               "sparsity.channel_every=14it", "sparsity.channel_until=0.7",
                                               "sparsity.soft_until=0.7"};
    others.insert(others.begin(), settings.begin(), settings.end());
    return others;
}

std::vector<std::size_t> inner_convolutions(const nn::NetworkSpec& spec) {
    std::vector<std::size_t> numbers;
    const std::vector<std::string> names = spec.weight_names();
    for (std::size_t l = 0; l < names.size(); ++l) {
        if (names[l].ends_with(".conv1")) numbers.push_back(l);
    }
    return numbers;
}

}  // namespace

TEST_CASE("neuron pruning: chase removes exactly its share of the channels inside blocks, for good",
          "[training][images]") {
    Trainer t({digits_request("chase", "unused", chase_and({"sparsity.channel_share=0.5"})).config, digits()});
    const std::vector<std::size_t> inner = inner_convolutions(t.plan().spec);
    CHECK(inner.size() == 3);
    const std::size_t first = t.kept();
    std::vector<std::vector<bool>> empty(inner.size());
    std::vector<std::size_t> removed_at;
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        const bool removes = t.step() % 14 == 11 && t.step() <= 44;
        t.update_topology();
        std::size_t gone = 0;
        for (std::size_t k = 0; k < inner.size(); ++k) {
            const Pattern& in = weight_of(t, inner[k]).pattern();
            const Pattern& out = weight_of(t, inner[k] + 1).pattern();
            empty[k].resize(in.rows(), false);
            for (std::size_t c = 0; c < in.rows(); ++c) {
                std::size_t outgoing = 0;
                for (const std::uint64_t p : out.flat()) outgoing += p % out.cols() / 9 == c ? 1 : 0;
                const bool is_gone = in.row(c).empty() && outgoing == 0;
                if (empty[k][c]) CHECK(is_gone);
                if (removes) empty[k][c] = is_gone;
                gone += empty[k][c] ? 1 : 0;
            }
        }
        if (removes) removed_at.push_back(gone);
        if (t.step() % 7 == 0 && t.step() >= 49) CHECK(t.kept() == first);
        if (t.step() % 7 == 0) CHECK(t.kept() >= first);
    }
    // 28 channels; 0.5 (1 - (1 - e / 3)^3) of them, rounded up
    CHECK(removed_at == std::vector<std::size_t>{10, 14, 14});
    CHECK(t.test_score().accuracy > 0.3);
}

TEST_CASE("neuron pruning: chase survives a stop, with random surplus too", "[training][run][images]") {
    for (const char* surplus : {"lowest", "random"}) {
        INFO(surplus);
        const auto overrides =
            chase_and({"sparsity.channel_share=0.4", std::string("sparsity.channel_surplus=") + surplus});
        const TemporaryFolder whole;
        run(digits_request("chase", whole.path(), overrides));
        const TemporaryFolder parts;
        run_in_parts(digits_request("chase", parts.path(), overrides), {10, 11, 12, 14, 40});
        CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    }
}

TEST_CASE("neuron pruning: a model or share that chase cannot remove channels by is refused", "[training][images]") {
    const auto trainer = [](const std::vector<std::string>& settings) {
        return Trainer(digits_request("chase", "unused", settings).config, digits());
    };
    const std::vector<std::string> soon_enough = {"sparsity.channel_every=14it", "sparsity.channel_until=0.7",
                                                  "sparsity.soft_until=0.7"};
    const auto with = [&](std::vector<std::string> settings) {
        settings.insert(settings.end(), soon_enough.begin(), soon_enough.end());
        return settings;
    };
    CHECK_THROWS_WITH(trainer(with({"model.hidden=[]"})), Contains("channel_share") && Contains("has none"));
    CHECK_THROWS_WITH(trainer(with({"model.hidden=[4]", "sparsity.channel_share=0.9"})), Contains("lower it"));
    CHECK_THROWS_WITH(trainer({"sparsity.channel_every=1000it"}), Contains("no channel would ever go"));
    CHECK_THROWS_WITH(trainer({"sparsity.channel_every=14it", "sparsity.channel_until=0.7", "sparsity.soft_until=1.0"}),
                      Contains("soft_until"));
    CHECK_NOTHROW(trainer(with({})));  // hidden neurons of a perceptron
}

}  // namespace espalier::training
