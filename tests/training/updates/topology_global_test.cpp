#include <algorithm>
#include <cmath>
#include <tuple>

#include <espalier/base/threads/threads.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

using Overrides = std::vector<std::string>;

Trainer global_trainer(const std::string& method, const Overrides& overrides) {
    return {digits_request(method, "unused", overrides).config, digits()};
}

const nn::MaskedWeight<float>& layer_of(Trainer& t, std::size_t l) {
    return *t.network().weight(t.weighted_layers()[l]);
}

struct Scored {
    double score;
    std::size_t layer;
    std::uint64_t position;
};

/// Every layer's kept weights with their absolute values, after the step.
std::vector<Scored> kept_weights(Trainer& t) {
    std::vector<Scored> all;
    for (std::size_t l = 0; l < t.weighted_layers().size(); ++l) {
        const auto flat = layer_of(t, l).pattern().flat();
        for (std::size_t e = 0; e < flat.size(); ++e)
            all.push_back({std::abs(static_cast<double>(layer_of(t, l).parameter().values[e])), l, flat[e]});
    }
    return all;
}

}  // namespace

TEST_CASE("global exchange: what goes are the smallest weights of all layers; numbers stay, layers' change",
          "[training]") {
    Trainer t = global_trainer("global_rigl", {});
    const std::size_t first = t.kept();
    bool has_moved = false;
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        std::vector<Scored> weights = kept_weights(t);
        std::ranges::sort(weights, [](const Scored& a, const Scored& b) {
            return std::tie(a.score, b.layer, b.position) < std::tie(b.score, a.layer, a.position);
        });
        const double fraction = t.update_plan().fraction(t.step());
        const auto dropped = static_cast<std::size_t>(std::floor(fraction * static_cast<double>(first)));
        std::vector<std::size_t> before;
        for (std::size_t l = 0; l < 3; ++l) before.push_back(layer_of(t, l).pattern().edges());
        t.update_topology();
        CHECK(t.kept() == first);
        // The others are all still there.
        for (std::size_t k = dropped; k < weights.size(); ++k) {
            const Pattern& pattern = layer_of(t, weights[k].layer).pattern();
            CHECK(pattern.contains(weights[k].position / pattern.cols(), weights[k].position % pattern.cols()));
        }
        for (std::size_t l = 0; l < 3; ++l) has_moved |= layer_of(t, l).pattern().edges() != before[l];
    }
    CHECK(has_moved);
}

TEST_CASE("global exchange: what comes are the largest gradients of all layers", "[training]") {
    // A full network with the same weights and zeros in place of the absent ones has the dense gradient.
    Trainer sparse = global_trainer("global_rigl", {"model.dropout=0"});
    Trainer dense({digits_request("dense", "unused", {"model.dropout=0"}).config, digits()});
    while (!sparse.update_is_due()) {
        for (std::size_t l = 0; l < 3; ++l) {
            const nn::MaskedWeight<float>& from = layer_of(sparse, l);
            auto& to = dense.network().weight(dense.weighted_layers()[l])->parameter();
            std::ranges::fill(to.values, 0.0F);
            const auto flat = from.pattern().flat();
            for (std::size_t e = 0; e < flat.size(); ++e) to.values[flat[e]] = from.parameter().values[e];
        }
        const auto trained_sparse = sparse.network().table().trained();
        const auto trained_dense = dense.network().table().trained();
        for (std::size_t k = 0; k < trained_sparse.size(); ++k) {
            if (trained_sparse[k]->role != nn::Role::weight) trained_dense[k]->values = trained_sparse[k]->values;
        }
        dense.train_step();
        sparse.train_step();
    }
    std::vector<Pattern> before;
    for (std::size_t l = 0; l < 3; ++l) before.push_back(layer_of(sparse, l).pattern());
    sparse.update_topology();
    double least_grown = INFINITY;
    double most_absent = 0.0;
    double largest = 0.0;
    for (std::size_t l = 0; l < 3; ++l) {
        const Pattern& after = layer_of(sparse, l).pattern();
        const auto& gradient = dense.network().weight(dense.weighted_layers()[l])->parameter().gradient;
        for (std::size_t p = 0; p < after.positions(); ++p) {
            const bool was = before[l].contains(p / after.cols(), p % after.cols());
            const bool is = after.contains(p / after.cols(), p % after.cols());
            const double size = std::abs(static_cast<double>(gradient[p]));
            largest = std::max(largest, size);
            if (is && !was) least_grown = std::min(least_grown, size);
            if (!is) most_absent = std::max(most_absent, size);
        }
    }
    CHECK(least_grown >= most_absent - 1e-5 * largest);
}

TEST_CASE("global exchange: the soft bound lets more weights be, and ends at the density", "[training]") {
    // Half a cosine: at half of soft_until half of the bound.
    const Overrides overrides = {"sparsity.soft_bound=0.1", "sparsity.soft_until=0.6667"};  // step 42
    Trainer t = global_trainer("global_rigl", overrides);
    CHECK(t.update_plan().bound(21) == Approx(0.05));
    CHECK(t.update_plan().bound(42) == 0.0);
    const std::size_t first = t.kept();
    const double positions = 2048 + 512 + 160;
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        const auto changes = t.update_topology();
        const double on_top = std::floor(t.update_plan().bound(t.step()) * positions + 0.5);
        CHECK(t.kept() == first + static_cast<std::size_t>(on_top));
        if (t.step() == 7) {
            for (const LayerChange& change : changes) CHECK(change.dropped == 0);  // there is no excess yet
        }
    }
    CHECK(t.kept() == first);
}

TEST_CASE("global exchange: every layer keeps its least number; layers forced dense take no part", "[training]") {
    Trainer t = global_trainer("global_rigl", {"sparsity.min_per_layer=40", "sparsity.dense_layers=[\"last\"]"});
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        t.update_topology();
        CHECK(layer_of(t, 0).pattern().edges() >= 40);
        CHECK(layer_of(t, 1).pattern().edges() >= 40);
        CHECK(layer_of(t, 2).pattern().is_full());
    }
}

TEST_CASE("global exchange: the same bits after a stop, and for any number of threads", "[training][run]") {
    const Overrides overrides = {"sparsity.soft_bound=0.1", "sparsity.soft_until=0.5"};
    const TemporaryFolder whole;
    run(digits_request("global_rigl", whole.path(), overrides));
    const TemporaryFolder parts;
    run_in_parts(digits_request("global_rigl", parts.path(), overrides), {6, 7, 8, 33});
    CHECK((all_arrays(parts.path()) == all_arrays(whole.path())));
    const TemporaryFolder threaded;
    set_threads(3);
    run(digits_request("global_rigl", threaded.path(), overrides));
    set_threads(1);
    CHECK((all_arrays(threaded.path()) == all_arrays(whole.path())));
}

}  // namespace espalier::training
