#include <cmath>
#include <set>

#include <espalier/base/text/error.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/tickets/levels.hpp>

#include "support.hpp"

namespace espalier::tickets {
using namespace testing;
namespace {

/// 784-300-100-10: 235 200, 30 000 and 1 000 weights; 55 000 of 60 000 samples in 550 steps an epoch.
const std::string lenet =
    "[data]\nvalidation = 0.0833333\n[model]\nhidden = [300, 100]\n[training]\nepochs = 2\n"
    "batch_size = 100\n";

std::vector<Level> levels(const std::string& find, const std::string& base = lenet, const std::string& top = "") {
    const LotteryFile file =
        parse_lottery_file("name = \"lenet\"\nbase = \"base.toml\"\n" + top + "[find]\n" + find, "l.toml");
    return expand_levels(file, config::parse_toml(base, "base.toml"), [](const config::RunConfig&) {
        return DataSizes{784, 10, 60'000};
    });
}

std::vector<std::string> names(const std::vector<Level>& levels) {
    std::vector<std::string> all;
    for (const Level& level : levels) all.push_back(level.point.name);
    return all;
}

}  // namespace

TEST_CASE("levels: a chain a seed, each level behind its parent, controls behind their ticket", "[tickets]") {
    const auto all = levels("levels = 2\ncontrols = [\"random_reinit\", \"random_mask\"]\ncontrol_every = 2\n", lenet,
                            "seeds = [0, 4]\n");
    CHECK(names(all) == std::vector<std::string>{"lenet-s0/level-00", "lenet-s0/level-01", "lenet-s0/level-02",
                                                 "lenet-s0/level-02-random_reinit", "lenet-s0/level-02-random_mask",
                                                 "lenet-s4/level-00", "lenet-s4/level-01", "lenet-s4/level-02",
                                                 "lenet-s4/level-02-random_reinit", "lenet-s4/level-02-random_mask"});
    CHECK_FALSE(all[5].parent.has_value());
    CHECK(all[6].parent == 5U);
    for (const std::size_t k : {7U, 8U, 9U}) CHECK(all[k].parent == 6U);
    CHECK(all[9].first == 5U);
    CHECK(all[9].point.config.seed == 4);
    CHECK(all[9].point.config.name == "lenet-random_mask");
    CHECK(all[7].point.config.name == "lenet");
}

TEST_CASE("levels: a name that no folder can have is refused before anything is trained", "[tickets]") {
    const std::string top = "[[variants]]\nname = \"" + std::string(190, 'x') + "\"\n";
    CHECK_THROWS_WITH(levels("levels = 1\n", lenet, top), Contains("has more than 180 bytes: shorten the name"));
}

TEST_CASE("levels: densities are the geometric ones, known before anything is trained", "[tickets]") {
    const auto all = levels("levels = 19\n");
    for (std::size_t level = 0; level <= 19; ++level) {
        const double density = all[level].point.config.sparsity.density;
        CHECK(all[level].asked_density == Approx(std::pow(0.8, static_cast<double>(level))));
        CHECK(std::abs(density - all[level].asked_density) * 266'200.0 < 5.0);
    }
    CHECK(all[1].point.config.sparsity.density == 212'960.0 / 266'200.0);
    // a layer by itself, the last at half the rate: 235200, 30000, 1000 lose 47040, 6000 and 100
    const auto by_layer = levels("levels = 1\nscope = \"layer\"\nhalf_rate = [\"last\"]\n");
    CHECK(by_layer[1].point.config.sparsity.density == (266'200.0 - 53'140.0) / 266'200.0);
    const auto excluded = levels("levels = 1\nexclude = [\"fc3\"]\n");
    CHECK(excluded[1].point.config.sparsity.density == (266'200.0 - 53'040.0) / 266'200.0);
    const auto counted = levels("levels = 1\nexclude = [\"fc3\"]\ncount_ignored = true\n");
    CHECK(counted[1].point.config.sparsity.density == (266'200.0 - 53'240.0) / 266'200.0);
    const auto oneshot = levels("method = \"oneshot\"\ndensities = [0.5, 0.1]\n");
    CHECK(oneshot[1].point.config.sparsity.density == 0.5);
    CHECK(oneshot[2].point.config.sparsity.density == 0.1);
    CHECK(oneshot[2].parent == 0U);
}

TEST_CASE("levels: where each begins, and with what", "[tickets]") {
    const auto rewound =
        levels("rewind = \"500it\"\nlevels = 2\ncontrols = [\"random_reinit\"]\nreinit_start = \"0\"\n");
    CHECK(rewound[0].start == 0);
    CHECK(rewound[0].point.config.sparsity.method == "dense");
    CHECK(rewound[0].point.config.snapshots.at == std::vector<std::string>{"500it"});
    CHECK(rewound[1].start == 500);
    CHECK(rewound[1].rewind == 500);
    CHECK(rewound[1].point.config.training.start == Duration::steps(500));
    CHECK(rewound[1].point.config.sparsity.method == "static");
    CHECK(rewound[1].point.config.sparsity.init == "file:ticket.h5");
    CHECK(rewound[1].point.config.sparsity.init_weights);
    CHECK(rewound[2].start == 0);  // the control
    CHECK(rewound[2].point.config.training.start.is_zero());
    CHECK(levels("retrain = \"lt\"\n")[1].start == 0);
    CHECK(levels("retrain = \"lr_rewind\"\nrewind = 1\n")[1].start == 550);
    CHECK(levels("retrain = \"finetune\"\nfinetune = \"100it\"\n")[1].start == 1000);
}

TEST_CASE("levels: one order of the samples at all levels, or one each", "[tickets]") {
    for (const Level& level : levels("levels = 3\n")) CHECK(level.point.config.training.order_seed == -1);
    std::set<std::int64_t> seeds;
    const auto all = levels("levels = 3\nreshuffle_per_level = true\ncontrols = [\"random_mask\"]\n");
    for (const Level& level : all) seeds.insert(level.point.config.training.order_seed);
    CHECK(seeds.size() == 4);  // the run's own, and three; controls as their ticket
}

TEST_CASE("levels: resolved again as its file holds it, a level's configuration is the same", "[tickets]") {
    for (const Level& level : levels("levels = 3\nrewind = 1\ncontrols = [\"random_mask\"]\n")) {
        config::Settings settings{.config = level.point.config, .places = {}};
        for (const config::Key& key : config::schema()) settings.places[key.name] = "file";
        const config::RunConfig again = config::resolve(settings, config::InitFile::trust);
        for (const config::Key& key : config::schema()) CHECK(key.get(again) == key.get(level.point.config));
    }
}

TEST_CASE("levels: what does not fit the base is told with its place", "[tickets]") {
    const std::vector<std::tuple<std::string, std::string, std::string>> cases = {
        {"rewind = 2\n", "", "l.toml:4: rewind = \"2ep\" is step 1100, and the training ends with step 1100"},
        {"controls = [\"random_reinit\"]\nreinit_start = \"9ep\"\n", "",
         "l.toml:5: reinit_start = \"9ep\" is step 4950, and the training ends with step 1100"},
        {"retrain = \"finetune\"\nfinetune = 3\n", "",
         "l.toml:5: finetune = \"3ep\" is longer than the training, of 1100 steps"},
        {"exclude = [\"fc4\"]\n", "", "l.toml:4: exclude names no layer 'fc4'. Layers: fc1, fc2, fc3, first, last"},
        {"scope = \"layer\"\nhalf_rate = [\"head\"]\n", "", "l.toml:5: half_rate names no layer 'head'. Layers"},
        {"exclude = [\"first\", \"fc2\", \"last\"]\n", "",
         "l.toml:4: exclude names every layer, so that none is left to prune"},
        {"fraction = 0.99\nlevels = 9\n", "", "l.toml:5: levels leaves no weight at level 3 of this network"},
        {"", "[sparsity]\nmethod = \"set\"\n",
         "base.toml:9: sparsity.method is not for the base of a lottery: level 0 keeps every weight"},
        {"", "[sparsity]\ndensity = 0.5\n", "base.toml:9: sparsity.density is not for the base of a lottery"},
        {"", "[sparsity]\ndense_layers = [\"fc3\"]\n",
         "base.toml:9: sparsity.dense_layers is not for the base of a lottery: give the layers as exclude in [find]"},
        {"reshuffle_per_level = true\n", "order_seed = 5\n",
         "l.toml:4: reshuffle_per_level = true gives each level an order, and training.order_seed of the base"},
        {"", "start = 1\n", "base.toml:8: training.start is not for the base of a lottery"},
        {"", "[snapshots]\nweights = false\n", "snapshots.weights = false leaves no weights to make tickets of"},
    };
    for (const auto& [find, base, message] : cases) {
        INFO(find << base);
        CHECK_THROWS_WITH(levels(find, lenet + base), Contains(message));
        CHECK_THROWS_AS(levels(find, lenet + base), ConfigError);
    }
    CHECK_THROWS_WITH(levels("", lenet, "[grid]\nsparsity.density = [0.1]\n"),
                      Contains("l.toml:4: sparsity.density is not for the base of a lottery"));
    CHECK_NOTHROW(levels("", lenet + "[sparsity]\nexploration = false\n"));
}

TEST_CASE("levels: other values of the base make chains of their own", "[tickets]") {
    const auto all = levels("levels = 1\n", lenet, "seeds = [0]\n[grid]\noptimizer.learning_rate = [0.1, 0.01]\n");
    CHECK(names(all) ==
          std::vector<std::string>{"lenet-learning_rate0.1-s0/level-00", "lenet-learning_rate0.1-s0/level-01",
                                   "lenet-learning_rate0.01-s0/level-00", "lenet-learning_rate0.01-s0/level-01"});
    CHECK(all[3].parent == 2U);
    CHECK(all[3].point.config.optimizer.learning_rate == 0.01);
}

}  // namespace espalier::tickets
