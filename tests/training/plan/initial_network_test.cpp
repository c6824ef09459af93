#include <cmath>
#include <map>

#include <espalier/base/threads/threads.hpp>
#include <espalier/data/lookup.hpp>
#include <espalier/sparsity/saliency/saliencies.hpp>
#include <espalier/training/plan/initial_network.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;

namespace {

struct Loaded {
    data::Dataset dataset = data::load_dataset("digits", "");
    data::Split split = data::split_off_validation(dataset.train.count, 0.1);
    data::Standardisation standardisation = data::standardisation(dataset, split.training, data::Standardise::channel);
    ScoringData scoring() const { return {dataset, split.training, standardisation}; }
};

const Loaded& loaded_digits() {
    static const Loaded loaded;
    return loaded;
}

config::RunConfig configured(const std::string& init, std::vector<std::string> overrides = {}) {
    overrides.push_back("sparsity.init=" + init);
    return digits_request("static", "unused", overrides).config;
}

std::vector<Pattern> masks_of(const config::RunConfig& config, NetworkPlan* plan = nullptr) {
    NetworkPlan own = plan_network(config, 64, 10);
    std::vector<Pattern> masks = initial_masks(config, own, loaded_digits().scoring());
    if (plan != nullptr) *plan = own;
    return masks;
}

std::size_t edges(const std::vector<Pattern>& masks) {
    std::size_t sum = 0;
    for (const Pattern& mask : masks) sum += mask.edges();
    return sum;
}

}  // namespace

TEST_CASE("initial network: any init's masks are regrouped to blocks of kernels, and the run trains with them",
          "[training][regroup]") {
    for (const char* init : {"erk", "snip", "biregular"}) {
        INFO(init);
        NetworkPlan plan;
        const config::RunConfig config =
            configured(init, {"sparsity.regroup_rows=2", "sparsity.layer_densities=uniform"});
        const std::vector<Pattern> masks = masks_of(config, &plan);
        const std::vector<Pattern> single = masks_of(configured(init, {"sparsity.layer_densities=uniform"}));
        for (std::size_t l = 0; l < masks.size(); ++l) {
            CHECK(masks[l].edges() <= single[l].edges());
            CHECK(plan.layers[l].kept == masks[l].edges());
            std::map<std::vector<std::uint32_t>, std::size_t> alike;
            for (std::size_t row = 0; row < masks[l].rows(); ++row) {
                CHECK(masks[l].row(row).size() == masks[l].row(0).size());
                ++alike[{masks[l].row(row).begin(), masks[l].row(row).end()}];
            }
            for (const auto& [inputs, outputs] : alike) CHECK(outputs % 2 == 0);
        }
    }
    const std::vector<std::string> image = {"model.kind=cifar_resnet_8_4", "sparsity.regroup_rows=4",
                                            "sparsity.regroup_places=4", "sparsity.dense_layers=[\"first\", \"last\"]"};
    const auto refused = [&](std::vector<std::string> overrides) {
        overrides.insert(overrides.begin(), image.begin(), image.end());
        Trainer t(digits_request("static", "unused", overrides).config, loaded_digits().dataset);
    };
    CHECK_THROWS_WITH(refused({"sparsity.init=uniform"}),
                      Contains("its kernels have 1 places, fewer than 4"));  // of shortcuts
    CHECK_THROWS_WITH(refused({"sparsity.regroup_places=0", "sparsity.regroup_rows=3"}),
                      Contains("does not fit layer") && Contains("groups of 3 do not divide"));
    std::vector<std::string> whole = image;
    whole.emplace_back("sparsity.regroup_places=0");
    Trainer t(digits_request("static", "unused", whole).config, loaded_digits().dataset);
    for (const std::size_t k : t.weighted_layers()) {
        const nn::MaskedWeight<float>& weight = *t.network().weight(k);
        if (weight.pattern().is_full()) continue;
        const std::size_t places = weight.shape()[2] * weight.shape()[3];
        CHECK(weight.pattern().edges() % (weight.shape()[0] * places) == 0);
    }
    t.train_step();
}

TEST_CASE("initial network: every saliency gives the global count and says what layers keep", "[training][saliency]") {
    for (const sparsity::Saliency& saliency : sparsity::saliencies()) {
        for (const std::string& init : {saliency.name, "ratio_of:" + saliency.name}) {
            INFO(init);
            NetworkPlan plan;
            const config::RunConfig config = configured(init, {"sparsity.score_passes=5", "sparsity.phew_trim=true"});
            const std::vector<Pattern> masks = masks_of(config, &plan);
            CHECK(edges(masks) == static_cast<std::size_t>(std::floor(0.3 * 2720 + 0.5)));
            CHECK(plan.kept() == edges(masks));
            for (std::size_t l = 0; l < masks.size(); ++l) CHECK(plan.layers[l].kept == masks[l].edges());
            set_threads(3);
            CHECK(masks_of(config) == masks);
            set_threads(1);
        }
    }
}

TEST_CASE("initial network: the ratios of an init with random positions", "[training][saliency]") {
    for (const auto& [ratio, init] : {std::pair("snip_ratio", "snip"), {"grasp_ratio", "grasp"}}) {
        INFO(ratio);
        const std::vector<Pattern> scored = masks_of(configured(init));
        const std::vector<Pattern> drawn = masks_of(configured(ratio));
        for (std::size_t l = 0; l < drawn.size(); ++l) CHECK(drawn[l].edges() == scored[l].edges());
        CHECK(drawn != scored);
        CHECK(masks_of(configured("ratio_of:" + std::string(init))) == drawn);
    }
}

TEST_CASE("initial network: gradients of images by the batch's moments or by running means", "[training][saliency]") {
    for (const char* init : {"snip", "iter_snip", "grasp"}) {
        INFO(init);
        std::vector<std::vector<Pattern>> found;
        for (const char* mode : {"train", "eval"}) {
            const config::RunConfig config = configured(init, {"model.kind=cifar_resnet_8_4", "sparsity.score_passes=3",
                                                               std::string("sparsity.score_batch_norm=") + mode});
            NetworkPlan plan = plan_network(config, nn::Sample(1, 8, 8), 10);
            found.push_back(initial_masks(config, plan, loaded_digits().scoring()));
            CHECK(edges(found.back()) ==
                  static_cast<std::size_t>(std::floor(0.3 * static_cast<double>(plan.positions()) + 0.5)));
            set_threads(3);
            CHECK(initial_masks(config, plan, loaded_digits().scoring()) == found.back());
            set_threads(1);
        }
        CHECK(found[0] != found[1]);
    }
}

TEST_CASE("initial network: dense layers stay dense and take nothing of the budget", "[training][saliency]") {
    NetworkPlan plan;
    const std::vector<Pattern> masks = masks_of(configured("snip", {"sparsity.dense_layers=['last']"}), &plan);
    CHECK(masks[2].is_full());
    CHECK(masks[0].edges() + masks[1].edges() == static_cast<std::size_t>(std::floor(0.3 * 2560 + 0.5)));
}

TEST_CASE("initial network: kept weights are those that were scored, rescaled to the real fan-in",
          "[training][saliency]") {
    const auto network_of = [](const std::vector<std::string>& overrides) {
        const config::RunConfig config = configured("magnitude", overrides);
        NetworkPlan plan = plan_network(config, 64, 10);
        return make_network(config, plan, loaded_digits().scoring());
    };
    nn::Network<float> dense = make_network(digits_request("dense", "unused").config,
                                            plan_network(digits_request("dense", "unused").config, 64, 10));
    for (const char* fan_in : {"sparse_aware", "dense_then_mask", "scaled", "layer_density"}) {
        INFO(fan_in);
        nn::Network<float> sparse = network_of({std::string("model.fan_in=") + fan_in});
        for (const std::size_t k : sparse.weighted_layers()) {
            const nn::MaskedWeight<float>& kept = *sparse.weight(k);
            const Pattern& mask = kept.pattern();
            for (std::size_t row = 0; row < mask.rows(); ++row) {
                const auto cols = mask.row(row);
                double factor = 1.0;
                if (std::string(fan_in) == "sparse_aware")
                    factor = std::sqrt(static_cast<double>(mask.cols()) / static_cast<double>(cols.size()));
                if (std::string(fan_in) == "scaled") factor = 1.0 / std::sqrt(816.0 / 2720.0);
                if (std::string(fan_in) == "layer_density") factor = 1.0 / std::sqrt(mask.density());
                for (std::size_t n = 0; n < cols.size(); ++n) {
                    const float all = dense.weight(k)->parameter().values[row * mask.cols() + cols[n]];
                    CHECK(kept.parameter().values[mask.row_begin(row) + n] ==
                          Approx(factor * static_cast<double>(all)).epsilon(1e-6));
                }
            }
        }
    }
}

TEST_CASE("initial network: options of scores change the mask", "[training][saliency]") {
    const auto differs = [](const char* init, const char* option) {
        INFO(init << " " << option);
        CHECK(masks_of(configured(init)) != masks_of(configured(init, {option})));
    };
    differs("snip", "sparsity.score_samples=3");
    differs("snip", "sparsity.score_init=xavier_normal");
    differs("snip", "sparsity.score_scope=layer");
    differs("grasp", "sparsity.score_temperature=1");
    differs("grasp", "sparsity.init_seed=77");
    differs("synflow", "sparsity.score_passes=1");
    differs("synflow", "sparsity.score_schedule=linear");
    differs("iter_snip", "sparsity.score_permanent=false");
    differs("npb", "sparsity.npb_alpha=0.9");
    differs("npb", "sparsity.layer_densities=uniform");
    differs("snip", "sparsity.init_perturbation=0.1");
    differs("snip", "seed=4");
    NetworkPlan plan;
    masks_of(configured("magnitude", {"sparsity.density=0.01", "sparsity.min_per_layer=5"}), &plan);
    for (const auto& layer : plan.layers) CHECK(layer.kept >= 5);
}

TEST_CASE("initial network: a layer that keeps nothing is told", "[training][saliency]") {
    NetworkPlan plan;
    masks_of(configured("magnitude", {"sparsity.density=0.001"}), &plan);
    CHECK(plan.kept() == 3);
    std::size_t empty = 0;
    for (const auto& layer : plan.layers) {
        CHECK((layer.kept == 0) == (layer.note.find("keeps no weight") == 0));
        empty += layer.kept == 0 ? 1 : 0;
    }
    CHECK(empty > 0);
}

TEST_CASE("initial network: gradients need data", "[training][saliency]") {
    for (const char* init : {"snip", "grasp", "iter_snip", "snip_ratio"}) {
        const config::RunConfig config = configured(init);
        CHECK_THROWS_WITH(make_network(config, plan_network(config, 64, 10)), Contains("needs training samples"));
    }
    const config::RunConfig config = configured("synflow", {"sparsity.score_passes=2"});
    CHECK_NOTHROW(make_network(config, plan_network(config, 64, 10)));
}

TEST_CASE("initial network: what only fits as a sparse network is refused, not tried", "[training][saliency]") {
    const config::RunConfig config = configured("snip", {"model.hidden=[1000000,1000000]"});
    CHECK_THROWS_WITH(masks_of(config), Contains("looks at all 1000074000000 positions") && Contains("40002 GB"));
}

TEST_CASE("initial network: bernoulli placement has the densities on average", "[training]") {
    double kept = 0.0;
    double squares = 0.0;
    constexpr int draws = 400;
    for (int draw = 0; draw < draws; ++draw) {
        NetworkPlan plan;
        const std::vector<Pattern> masks = masks_of(
            configured("uniform", {"sparsity.placement=bernoulli", "sparsity.init_seed=" + std::to_string(draw)}),
            &plan);
        CHECK(plan.kept() == edges(masks));
        CHECK(plan.layers[0].asked_density == 0.3);
        kept += static_cast<double>(masks[0].edges()) / draws;
        squares += std::pow(static_cast<double>(masks[0].edges()), 2) / draws;
    }
    const double expected = 0.3 * 2048;
    const double variance = expected * 0.7;
    CHECK(kept == Approx(expected).margin(5 * std::sqrt(variance / draws)));
    CHECK(squares - kept * kept == Approx(variance).epsilon(0.4));
}

TEST_CASE("initial network: a resumed run begun with snip ends with the bits of an uninterrupted one",
          "[training][saliency]") {
    TemporaryFolder folder;
    for (const char* init : {"snip", "grasp", "phew"}) {
        INFO(init);
        const std::string at_once = std::string(init) + "-once";
        const std::string in_two = std::string(init) + "-two";
        const std::vector<std::string> overrides{std::string("sparsity.init=") + init, "training.checkpoint_every=5it"};
        run(digits_request("set", folder / at_once, overrides));
        RunRequest first = digits_request("set", folder / in_two, overrides);
        stop_after(first, 17);
        CHECK(run(first).status == "interrupted");
        RunRequest second = digits_request("set", folder / in_two, overrides);
        second.resume = true;
        CHECK(run(second).status == "finished");
        CHECK(all_arrays(folder / at_once) == all_arrays(folder / in_two));
    }
}

TEST_CASE("initial network: layers that are drawn next to dense become dense, and stay so", "[training]") {
    std::vector<std::string> overrides = {"sparsity.density=0.7", "sparsity.placement=bernoulli",
                                          "sparsity.dense_from=1"};
    const std::vector<Pattern> without = masks_of(digits_request("slak", "unused", overrides).config);
    double densest = 0.0;
    for (const Pattern& mask : without) densest = std::max(densest, mask.density());
    REQUIRE(densest < 1.0);
    const double limit = std::floor(densest * 1e4) / 1e4;
    overrides.back() = "sparsity.dense_from=" + std::to_string(limit);
    const config::RunConfig config = digits_request("slak", "unused", overrides).config;
    NetworkPlan plan;
    const std::vector<Pattern> masks = masks_of(config, &plan);
    std::size_t dense = 0;
    for (std::size_t l = 0; l < masks.size(); ++l) {
        CHECK(plan.layers[l].forced_dense == masks[l].is_full());
        CHECK(masks[l].is_full() == (without[l].density() >= limit));
        if (!masks[l].is_full()) CHECK((masks[l] == without[l]));
        dense += masks[l].is_full() ? 1 : 0;
    }
    CHECK(dense > 0);
    CHECK(dense < masks.size());
    Trainer t(config, digits());
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        const std::vector<LayerChange> changes = t.update_topology();
        for (std::size_t l = 0; l < changes.size(); ++l) CHECK((changes[l].dropped > 0) == !masks[l].is_full());
    }
}

}  // namespace espalier::training
