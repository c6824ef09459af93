#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/threads/threads.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

Trainer top_kast_trainer(const std::string& method, const std::vector<std::string>& overrides = {}) {
    return {digits_request(method, "unused", overrides).config, digits()};
}

/// A layer's dense parameters with the sets A and B \ A as flat positions, as a checkpoint holds them.
struct Dense {
    std::vector<float> theta;
    std::vector<std::uint64_t> active;
    std::vector<std::uint64_t> reserve;

    std::vector<bool> in_b() const {
        std::vector<bool> in(theta.size());
        for (const std::uint64_t p : active) in[p] = true;
        for (const std::uint64_t p : reserve) in[p] = true;
        return in;
    }
};

std::vector<Dense> dense_parameters(Trainer& t) {
    const TemporaryFolder folder;
    write_checkpoint(folder / "checkpoint.h5", [&](CheckpointWriter& writer) { t.save(writer); });
    const CheckpointReader checkpoint(folder / "checkpoint.h5");
    std::vector<Dense> found;
    for (std::size_t number = 0; number < t.weighted_layers().size(); ++number) {
        const std::string prefix = "reserve.fc" + std::to_string(number + 1) + ".";
        const nn::MaskedWeight<float>& weight = *t.network().weight(t.weighted_layers()[number]);
        const Pattern reserve(weight.pattern().rows(), weight.pattern().cols(),
                              checkpoint.get<std::uint64_t>(prefix + "offsets"),
                              checkpoint.get<std::uint32_t>(prefix + "indices"));
        Dense dense{checkpoint.get<float>(prefix + "theta"), weight.pattern().flat(), reserve.flat()};
        const auto values = checkpoint.get<float>(prefix + "values");
        for (std::size_t k = 0; k < dense.active.size(); ++k) {
            dense.theta[dense.active[k]] = weight.parameter().values[k];
        }
        for (std::size_t k = 0; k < dense.reserve.size(); ++k) dense.theta[dense.reserve[k]] = values[k];
        found.push_back(std::move(dense));
    }
    return found;
}

/// The optimizer's arrays of each layer by flat position, 0 outside B: [layer][array][position].
std::vector<std::vector<std::vector<float>>> moments_of(Trainer& t, const std::vector<Dense>& layers) {
    const TemporaryFolder folder;
    write_checkpoint(folder / "checkpoint.h5", [&](CheckpointWriter& writer) { t.save(writer); });
    const CheckpointReader checkpoint(folder / "checkpoint.h5");
    std::vector<std::vector<std::vector<float>>> found;
    for (std::size_t number = 0; number < layers.size(); ++number) {
        const Dense& layer = layers[number];
        const auto& state = t.network().weight(t.weighted_layers()[number])->parameter().state;
        found.emplace_back();
        for (std::size_t s = 0; s < state.size(); ++s) {
            std::vector<float>& all = found.back().emplace_back(layer.theta.size(), 0.0F);
            for (std::size_t k = 0; k < layer.active.size(); ++k) all[layer.active[k]] = state[s][k];
            const auto reserved =
                checkpoint.get<float>("reserve.fc" + std::to_string(number + 1) + ".state" + std::to_string(s));
            for (std::size_t k = 0; k < layer.reserve.size(); ++k) all[layer.reserve[k]] = reserved[k];
        }
    }
    return found;
}

/// Positions by (|theta| descending, position ascending).
template <class T>
std::vector<std::uint64_t> by_magnitude(const std::vector<T>& theta) {
    std::vector<std::uint64_t> order(theta.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order,
                             [&](std::uint64_t a, std::uint64_t b) { return std::abs(theta[a]) > std::abs(theta[b]); });
    return order;
}

std::vector<std::uint64_t> ascending(std::vector<std::uint64_t> positions) {
    std::ranges::sort(positions);
    return positions;
}

/// Steps with the topology updates between them, as a run does them.
void advance(Trainer& t) {
    t.train_step();
    if (t.update_is_due()) t.update_topology();
}

/// The method by its definition: a dense network whose weights are theta times the mask of A, step by step, and all of
/// the method's own arithmetic in float64 on dense arrays.
class Twin {
  public:
    Twin(Trainer& subject, const std::vector<std::string>& overrides, double lambda)
        : dense_(top_kast_trainer("dense", overrides)), lambda_(lambda) {
        for (const Dense& layer : dense_parameters(subject)) {
            layers_.push_back({std::vector<double>(layer.theta.begin(), layer.theta.end()),
                               std::vector<double>(layer.theta.size()), layer.active, layer.reserve});
        }
    }

    void step() {
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            AlignedVector<float>& values = weight(l).values;
            std::ranges::fill(values, 0.0F);
            for (const std::uint64_t p : layers_[l].active) values[p] = static_cast<float>(layers_[l].theta[p]);
        }
        dense_.train_step();  // its own step moves the biases; the weights are written anew before the next
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            Layer& layer = layers_[l];
            const double density = static_cast<double>(layer.active.size()) / static_cast<double>(layer.theta.size());
            for (const std::uint64_t p : layer.active) move(l, p, lambda_);
            for (const std::uint64_t p : layer.reserve) move(l, p, lambda_ / density);
        }
    }

    /// Chooses A and B anew, and takes over the subject's where they differ by rounding alone.
    void refresh(const std::vector<Dense>& subject) {
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            Layer& layer = layers_[l];
            const std::vector<std::uint64_t> order = by_magnitude(layer.theta);
            const std::size_t in_a = layer.active.size();
            const std::size_t in_b = in_a + layer.reserve.size();
            const auto place = order.begin() + static_cast<std::ptrdiff_t>(in_a);
            require_like(layer, {order.begin(), place}, subject[l].active);
            require_like(layer, {order.begin(), order.begin() + static_cast<std::ptrdiff_t>(in_b)}, united(subject[l]));
            layer.active = subject[l].active;
            layer.reserve = subject[l].reserve;
            const std::vector<bool> stays = subject[l].in_b();
            for (std::size_t p = 0; p < stays.size(); ++p) layer.velocity[p] *= stays[p] ? 1.0 : 0.0;
        }
    }

    double largest_difference(const std::vector<Dense>& subject) const {
        double largest = 0.0;
        for (std::size_t l = 0; l < layers_.size(); ++l) {
            for (std::size_t p = 0; p < subject[l].theta.size(); ++p) {
                largest = std::max(largest, std::abs(layers_[l].theta[p] - static_cast<double>(subject[l].theta[p])));
            }
        }
        return largest;
    }

  private:
    struct Layer {
        std::vector<double> theta;
        std::vector<double> velocity;
        std::vector<std::uint64_t> active;
        std::vector<std::uint64_t> reserve;
    };

    nn::Parameter<float>& weight(std::size_t l) {
        return dense_.network().weight(dense_.weighted_layers()[l])->parameter();
    }

    void move(std::size_t l, std::uint64_t p, double penalty) {
        Layer& layer = layers_[l];
        const double gradient = static_cast<double>(weight(l).gradient[p]) + penalty * layer.theta[p];
        layer.velocity[p] = 0.9 * layer.velocity[p] + gradient;
        layer.theta[p] -= 0.05 * layer.velocity[p];
    }

    static std::vector<std::uint64_t> united(const Dense& dense) {
        std::vector<std::uint64_t> all = dense.active;
        all.insert(all.end(), dense.reserve.begin(), dense.reserve.end());
        return ascending(all);
    }

    static void require_like(const Layer& layer, const std::vector<std::uint64_t>& best,
                             const std::vector<std::uint64_t>& chosen) {
        REQUIRE(best.size() == chosen.size());
        std::vector<std::uint64_t> differ;
        std::ranges::set_symmetric_difference(ascending(best), chosen, std::back_inserter(differ));
        const double last = best.empty() ? 0.0 : std::abs(layer.theta[best.back()]);
        for (const std::uint64_t p : differ) REQUIRE(std::abs(layer.theta[p]) == Approx(last).epsilon(1e-4));
    }

    Trainer dense_;
    double lambda_;
    std::vector<Layer> layers_;
};

}  // namespace

TEST_CASE("top-kast: a dense simulation with masks multiplied in gives the same parameters", "[training][topkast]") {
    for (const std::vector<std::string>& overrides : std::vector<std::vector<std::string>>{
             {"sparsity.exploration_loss=0.03"},
             {"sparsity.exploration_loss=0.03", "sparsity.update_every=1it"},
             {"sparsity.exploration_loss=0", "sparsity.backward_density=0.3"},
             {"sparsity.exploration_loss=0.01", "sparsity.backward_density=1"},
             {"sparsity.exploration_loss=0.03", "model.execution=dense", "model.activation=leaky_relu"}}) {
        INFO(overrides[0] << " " << overrides[1 % overrides.size()]);
        Trainer subject = top_kast_trainer("topkast", overrides);
        std::vector<std::string> of_model;
        for (const std::string& each : overrides) {
            if (each.starts_with("model")) of_model.push_back(each);
        }
        Twin twin(subject, of_model, std::stod(overrides[0].substr(overrides[0].find('=') + 1)));
        std::size_t changed = 0;
        for (int step = 0; step < 24; ++step) {
            subject.train_step();
            twin.step();
            CHECK(twin.largest_difference(dense_parameters(subject)) < 1e-4);
            if (!subject.update_is_due()) continue;
            for (const LayerChange& change : subject.update_topology()) changed += change.dropped;
            twin.refresh(dense_parameters(subject));
        }
        CHECK(changed > 0);
    }
}

TEST_CASE("top-kast: A and B are the largest, and what is outside B never changes", "[training][topkast]") {
    Trainer t = top_kast_trainer("topkast");
    const auto check_sets = [&](const std::vector<Dense>& layers) {
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const Dense& layer = layers[l];
            const std::size_t in_a = t.plan().layers[l].kept;
            const auto positions = static_cast<double>(layer.theta.size());
            CHECK(std::abs(static_cast<double>(in_a) - 0.3 * positions) < 1.0);
            const double density = static_cast<double>(in_a) / positions;
            const auto in_b = static_cast<std::size_t>(std::lround((density + 0.5 * (1.0 - density)) * positions));
            std::vector<std::uint64_t> order = by_magnitude(layer.theta);
            order.resize(in_b);
            std::vector<std::uint64_t> beside(order.begin() + static_cast<std::ptrdiff_t>(in_a), order.end());
            order.resize(in_a);
            CHECK((layer.active == ascending(order)));
            CHECK((layer.reserve == ascending(beside)));
        }
    };
    check_sets(dense_parameters(t));
    while (!t.is_done()) {
        const std::vector<Dense> before = dense_parameters(t);
        const bool refreshes = (t.step() + 1) % 7 == 0 && t.step() + 1 < t.total_steps();
        advance(t);
        const std::vector<Dense> after = dense_parameters(t);
        if (refreshes) check_sets(after);
        for (std::size_t l = 0; l < before.size(); ++l) {
            CHECK((refreshes || (before[l].active == after[l].active && before[l].reserve == after[l].reserve)));
            const std::vector<bool> trained = before[l].in_b();
            std::size_t moved = 0;
            for (std::size_t p = 0; p < trained.size(); ++p) {
                if (!trained[p]) moved += before[l].theta[p] == after[l].theta[p] ? 0 : 1;
            }
            CHECK(moved == 0);
        }
    }
}

TEST_CASE("top-kast: theta begins as a dense network's weights times one factor a layer", "[training][topkast]") {
    for (const char* fan_in : {"sparse_aware", "dense_then_mask"}) {
        const std::vector<std::string> overrides = {std::string("model.fan_in=") + fan_in};
        Trainer t = top_kast_trainer("topkast", overrides);
        Trainer dense = top_kast_trainer("dense", overrides);
        const std::vector<Dense> layers = dense_parameters(t);
        for (std::size_t l = 0; l < layers.size(); ++l) {
            const auto& drawn = dense.network().weight(dense.weighted_layers()[l])->parameter().values;
            const auto factor = static_cast<double>(layers[l].theta[0]) / static_cast<double>(drawn[0]);
            double all = 0.0;
            double used = 0.0;
            for (std::size_t p = 0; p < drawn.size(); ++p) {
                CHECK(static_cast<double>(layers[l].theta[p]) == Approx(factor * static_cast<double>(drawn[p])));
                all += static_cast<double>(drawn[p]) * static_cast<double>(drawn[p]);
            }
            for (const std::uint64_t p : layers[l].active) {
                used += static_cast<double>(layers[l].theta[p]) * static_cast<double>(layers[l].theta[p]);
            }
            if (std::string(fan_in) == "sparse_aware") {
                CHECK(used == Approx(all).epsilon(1e-4));
            } else {
                CHECK(factor == 1.0);
            }
        }
    }
}

TEST_CASE("top-kast: forward and backward density are told apart, and B may end as A", "[training][topkast]") {
    Trainer t = top_kast_trainer("topkast", {"sparsity.backward_density=0.5", "sparsity.backward_until=0.5"});
    CHECK(t.density() == Approx(0.3).epsilon(1e-3));
    CHECK(t.backward_density() == Approx(0.5).epsilon(1e-3));
    while (t.step() < 34) advance(t);  // half of the training is 31 steps: the next refresh is at 35
    CHECK(t.backward_density() == Approx(0.5).epsilon(1e-3));
    advance(t);
    CHECK(t.backward_density() == t.density());
    while (!t.is_done()) advance(t);
    CHECK(t.density() == Approx(0.3).epsilon(1e-3));
    CHECK(top_kast_trainer("set").backward_density() == Approx(0.3).epsilon(1e-3));
}

TEST_CASE("top-kast: layers forced dense take no part", "[training][topkast]") {
    Trainer t = top_kast_trainer("topkast", {"sparsity.dense_layers=[\"last\"]"});
    while (!t.is_done()) advance(t);
    CHECK(t.network().weight(t.weighted_layers().back())->pattern().is_full());
    CHECK(t.trained_positions(2) == 160);
    CHECK(t.trained_positions(0) > t.plan().layers[0].kept);
}

TEST_CASE("top-kast: both moments of Adam go with a weight from B to A and back", "[training][topkast]") {
    Trainer t = top_kast_trainer("topkast", {"optimizer.kind=adam", "optimizer.learning_rate=0.01"});
    while (!t.update_is_due()) t.train_step();
    for (const std::size_t number : {0U, 1U}) {
        const std::vector<Dense> before = dense_parameters(t);
        const auto moments = moments_of(t, before);
        t.update_topology();
        const std::vector<Dense> after = dense_parameters(t);
        std::size_t moved = 0;
        std::size_t changed = 0;
        const auto now = moments_of(t, after);
        const std::vector<bool> stayed = before[number].in_b();
        for (const std::uint64_t p : after[number].active) {
            if (!stayed[p]) continue;
            moved += std::ranges::binary_search(before[number].active, p) ? 0 : 1;
            for (std::size_t s = 0; s < 2; ++s) changed += now[number][s][p] == moments[number][s][p] ? 0 : 1;
        }
        CHECK(moved > 0);
        CHECK(changed == 0);
        t.train_step();
        while (!t.update_is_due()) t.train_step();
    }
}

TEST_CASE("top-kast: exploration counts what was in A, and momentum may begin anew in A and B", "[training][topkast]") {
    Trainer t = top_kast_trainer("topkast", {"sparsity.exploration=true", "sparsity.reset_momentum=true"});
    std::vector<std::vector<bool>> ever;
    std::size_t positions = 0;
    std::size_t updates = 0;
    for (const Dense& layer : dense_parameters(t)) {
        std::vector<bool>& of_layer = ever.emplace_back(layer.theta.size());
        for (const std::uint64_t p : layer.active) of_layer[p] = true;
        positions += layer.theta.size();
    }
    while (!t.is_done()) {
        advance(t);
        if (!t.update_is_due()) continue;
        ++updates;
        const std::vector<Dense> layers = dense_parameters(t);
        double explored = 0.0;
        for (std::size_t l = 0; l < layers.size(); ++l) {
            for (const std::uint64_t p : layers[l].active) ever[l][p] = true;
            explored += static_cast<double>(std::ranges::count(ever[l], true));
        }
        CHECK(t.exploration_rate() == Approx(explored / static_cast<double>(positions)));
        for (const auto& layer : moments_of(t, layers)) {
            CHECK(std::ranges::all_of(layer[0], [](float velocity) { return velocity == 0.0F; }));
        }
    }
    CHECK(updates > 1);
}

TEST_CASE("top-kast: Adam and a shrinking B resume, bit for bit", "[training][topkast]") {
    const std::vector<std::string> overrides = {"optimizer.kind=adam", "optimizer.learning_rate=0.003",
                                                "sparsity.backward_until=0.6", "sparsity.update_every=3it",
                                                "sparsity.dense_layers=[\"fc2\"]"};
    const TemporaryFolder whole;
    run(digits_request("topkast", whole.path(), overrides));
    const TemporaryFolder parts;
    run_in_parts(digits_request("topkast", parts.path(), overrides), {2, 3, 37, 39, 40});
    CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
}

TEST_CASE("top-kast: the number of threads changes nothing", "[training][topkast]") {
    std::map<std::string, std::vector<char>> expected;
    for (const int count : {1, 2, 4}) {
        set_threads(count);
        const TemporaryFolder folder;
        run(digits_request("topkast", folder.path(),
                           {"model.hidden=[700,300]", "training.epochs=1", "training.batch_size=128"}));
        if (count == 1) expected = all_arrays(folder.path());
        CHECK((all_arrays(folder.path()) == expected));
    }
    set_threads(1);
}

}  // namespace espalier::training
