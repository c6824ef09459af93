#include <cmath>
#include <tuple>

#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/rules/adapted_threshold.hpp>
#include <espalier/training/trainer/trainer.hpp>

#include "training/run_requests.hpp"

namespace espalier::training {
using namespace testing;
namespace {

Trainer trainer(const std::string& method, const std::vector<std::string>& overrides = {}) {
    return {digits_request(method, "unused", overrides).config, digits()};
}

nn::MaskedWeight<float>& weight(Trainer& t, std::size_t number) {
    return *t.network().weight(t.weighted_layers()[number]);
}

std::vector<Pattern> masks(Trainer& t) {
    std::vector<Pattern> found;
    for (std::size_t l = 0; l < t.weighted_layers().size(); ++l) found.push_back(weight(t, l).pattern());
    return found;
}

std::size_t kept_in(const std::vector<Pattern>& layers) {
    std::size_t kept = 0;
    for (const Pattern& layer : layers) kept += layer.edges();
    return kept;
}

bool is_subset(const Pattern& part, const Pattern& whole) {
    for (std::size_t row = 0; row < part.rows(); ++row) {
        if (count_common(part.row(row), whole.row(row)) != part.row(row).size()) return false;
    }
    return true;
}

/// Calls body(step, masks before, masks after) around every update of a run.
template <class Body>
void for_each_update(Trainer& t, const Body& body) {
    while (!t.is_done()) {
        t.train_step();
        if (!t.update_is_due()) continue;
        const std::vector<Pattern> before = masks(t);
        t.update_topology();
        body(t.step(), before, masks(t));
    }
}

}  // namespace

TEST_CASE("topology updater: survivors keep value and momentum to the bit, new weights begin at zero", "[training]") {
    for (const sparsity::Method& method : sparsity::methods()) {
        if (!method.is_dynamic()) continue;
        INFO(method.name);
        Trainer t = trainer(method.name);
        while (!t.is_done()) {
            t.train_step();
            if (!t.update_is_due()) continue;
            struct Before {
                Pattern mask;
                AlignedVector<float> values, momentum;
            };
            std::vector<Before> before;
            for (std::size_t l = 0; l < 3; ++l) {
                before.push_back(
                    {weight(t, l).pattern(), weight(t, l).parameter().values, weight(t, l).parameter().state[0]});
            }
            t.update_topology();
            for (std::size_t l = 0; l < 3; ++l) {
                const nn::MaskedWeight<float>& now = weight(t, l);
                const auto update = PatternUpdate::between(before[l].mask, now.pattern());
                AlignedVector<float> values = before[l].values;
                AlignedVector<float> momentum = before[l].momentum;
                update.apply(values, 0.0F);
                update.apply(momentum, 0.0F);
                std::size_t changed = 0;
                for (std::size_t k = 0; k < values.size(); ++k) {
                    const float value = now.parameter().values[k];
                    const float velocity = now.parameter().state[0][k];
                    // What the schedule pruned and the exchange grew in one update begins anew, and so does what was
                    // dropped and grown where that counts as new.
                    const bool may_begin =
                        method.text("density_schedule") != "" || method.text("regrown_value") == "as_new";
                    const bool anew = value == 0.0F && velocity == 0.0F && may_begin;
                    changed += (value == values[k] && velocity == momentum[k]) || anew ? 0 : 1;
                }
                CHECK(changed == 0);
            }
        }
    }
}

TEST_CASE("topology updater: without redistribution layers keep their numbers, with it the network does",
          "[training]") {
    for (const char* method : {"set", "rigl", "set_itop", "rigl_itop", "mest", "mest_em"}) {
        INFO(method);
        Trainer t = trainer(method);
        for_each_update(t, [&](std::int64_t, const auto& before, const auto& after) {
            for (std::size_t l = 0; l < 3; ++l) CHECK(after[l].edges() == before[l].edges());
        });
    }
    for (const sparsity::Redistribution& rule : sparsity::redistributions()) {
        INFO(rule.name);
        Trainer t = trainer("set", {"sparsity.redistribution=" + rule.name});
        bool moved = false;
        for_each_update(t, [&](std::int64_t, const auto& before, const auto& after) {
            CHECK(kept_in(after) == 816);
            for (std::size_t l = 0; l < 3; ++l) moved = moved || after[l].edges() != before[l].edges();
        });
        // This network begins with ERK's numbers, and equal fractions leave survivors in proportion.
        CHECK(moved == (rule.name != "none" && rule.name != "erk" && rule.name != "nonzeros"));
    }
}

TEST_CASE("topology updater: ERK redistribution restores ERK's numbers", "[training]") {
    Trainer t = trainer("set", {"sparsity.redistribution=erk", "sparsity.init=uniform", "sparsity.drop_fraction=0.9"});
    std::vector<Pattern> last;
    for_each_update(t, [&](std::int64_t, const auto&, const auto& after) { last = after; });
    Trainer erk = trainer("static");
    for (std::size_t l = 0; l < 3; ++l) CHECK(last[l].edges() == masks(erk)[l].edges());
}

TEST_CASE("topology updater: gradual pruning follows its schedule exactly, in nested masks", "[training]") {
    for (const char* method : {"gmp", "gmp_uniform"}) {
        INFO(method);
        Trainer t = trainer(method, {"sparsity.density=0.1", "sparsity.density_until=0.8"});
        CHECK(t.density() == 1.0);
        const auto& schedule = find_named(sparsity::density_schedules(), "cubic_events", "schedule");
        sparsity::DensityPlan plan{&schedule, 1.0, 0.1, 0, 50, 7};  // 0.8 of 63 steps
        std::int64_t updates = 0;
        for_each_update(t, [&](std::int64_t step, const auto& before, const auto& after) {
            CHECK(kept_in(after) == static_cast<std::size_t>(std::floor(plan.density(step) * 2720 + 0.5)));
            for (std::size_t l = 0; l < 3; ++l) CHECK(is_subset(after[l], before[l]));
            ++updates;
        });
        CHECK(updates == 7);
        CHECK(kept_in(masks(t)) == 272);
        if (std::string(method) == "gmp_uniform") {
            for (std::size_t l = 0; l < 3; ++l) CHECK(masks(t)[l].density() == Approx(0.1).epsilon(0.03));
        }
    }
}

TEST_CASE("topology updater: global pruning takes the smallest of all layers together", "[training]") {
    Trainer t = trainer("gmp", {"sparsity.density=0.2", "sparsity.density_until=0.5"});
    while (!t.update_is_due()) t.train_step();
    std::vector<float> all;
    for (std::size_t l = 0; l < 3; ++l) {
        for (const float value : weight(t, l).parameter().values) all.push_back(std::abs(value));
    }
    std::ranges::sort(all);
    t.update_topology();
    const std::size_t gone = 2720 - kept_in(masks(t));
    float smallest = 1e30F;
    for (std::size_t l = 0; l < 3; ++l) {
        for (const float value : weight(t, l).parameter().values) smallest = std::min(smallest, std::abs(value));
    }
    CHECK(smallest == all[gone]);
}

TEST_CASE("topology updater: GraNet prunes by schedule and goes on exchanging to the end", "[training]") {
    for (const char* method : {"granet", "granet_dense"}) {
        INFO(method);
        Trainer t = trainer(method, {"sparsity.density=0.1"});
        CHECK(t.density() == Approx(std::string(method) == "granet" ? 0.5 : 1.0));
        std::size_t grown = 0;
        std::size_t least = 2720;
        for_each_update(t, [&](std::int64_t, const auto& before, const auto& after) {
            CHECK(kept_in(after) <= least);
            least = kept_in(after);
            for (std::size_t l = 0; l < 3; ++l) grown += is_subset(after[l], before[l]) ? 0 : 1;
        });
        CHECK(kept_in(masks(t)) == 272);
        CHECK(grown > 0);
    }
}

TEST_CASE("topology updater: MEST's soft bound grows first and drops back at the next update", "[training]") {
    Trainer t = trainer(
        "mest_ems",
        {"sparsity.init=uniform"});  // half of 816 on top, a quarter from 0.5625 of the time on, none from 0.75 on
    std::vector<std::size_t> kept;
    std::vector<std::int64_t> steps;
    for_each_update(t, [&](std::int64_t step, const auto& before, const auto& after) {
        kept.push_back(kept_in(after));
        steps.push_back(step);
        for (std::size_t l = 0; l < 3; ++l) CHECK(after[l].edges() <= before[l].edges() * 3 / 2 + 1);
    });
    CHECK(steps == std::vector<std::int64_t>{7, 14, 21, 28, 35, 42, 49, 56});
    CHECK(kept[0] == Approx(1224).margin(3));
    CHECK(kept[4] == Approx(1224).margin(3));
    CHECK(kept[5] == Approx(1020).margin(3));
    CHECK(kept[6] == 816);
    CHECK(t.density() == Approx(0.3));
}

TEST_CASE("topology updater: DSR's threshold moves by factors of two", "[training]") {
    // definitions.md 3.7
    CHECK(sparsity::adapted_threshold(0.001, 80, 100, 0.1) == 0.002);
    CHECK(sparsity::adapted_threshold(0.001, 105, 100, 0.1) == 0.001);
    CHECK(sparsity::adapted_threshold(0.001, 120, 100, 0.1) == 0.0005);
    Trainer t = trainer("dsr");
    for_each_update(t, [&](std::int64_t, const auto&, const auto& after) {
        CHECK(kept_in(after) == 816);
        for (const Pattern& layer : after) CHECK(layer.edges() >= 1);
    });
}

TEST_CASE("topology updater: what was never active comes first, and R_s rises by all that grows", "[training]") {
    for (const std::string override : {"sparsity.grow_rule=unfired", "sparsity.candidates=never_active"}) {
        Trainer t = trainer("set", {override, "sparsity.init=uniform", "sparsity.density=0.05"});
        std::vector<std::uint64_t> explored;
        for (const auto& layer : t.exploration()) explored.push_back(*layer.count());
        for_each_update(t, [&](std::int64_t, const auto& before, const auto& after) {
            for (std::size_t l = 0; l < 3; ++l) {
                const std::size_t grown = PatternUpdate::between(before[l], after[l]).grown;
                const std::uint64_t now = *t.exploration()[l].count();
                CHECK(now == std::min<std::uint64_t>(after[l].positions(), explored[l] + grown));
                explored[l] = now;
            }
        });
    }
}

TEST_CASE("topology updater: SET explores as the formula for random growth says", "[training]") {
    // definitions.md 3.10: E[R_s] = 1 - (1 - D) prod (1 - f D / (1 - D + f D)), uniform densities, 8 updates of a half.
    Trainer t = trainer("set", {"sparsity.init=uniform", "sparsity.density=0.1", "sparsity.drop_fraction=0.5",
                                "model.hidden=[512, 512]"});
    for_each_update(t, [](std::int64_t, const auto&, const auto&) {});
    const double unseen = 0.9 * std::pow(1.0 - 0.05 / 0.95, 8);
    CHECK(*t.exploration_rate() == Approx(1.0 - unseen).margin(0.01));
}

TEST_CASE("topology updater: dropped positions do not return where candidates exclude them", "[training]") {
    Trainer t = trainer("rigl", {"sparsity.candidates=not_just_dropped", "sparsity.stop_fraction=1.0",
                                 "sparsity.drop_fraction=0.2", "sparsity.drop_schedule=constant"});
    for_each_update(t, [&](std::int64_t, const auto& before, const auto& after) {
        for (std::size_t l = 0; l < 2; ++l) {  // the last layer is nearly full
            const auto wanted = static_cast<std::size_t>(0.2 * static_cast<double>(before[l].edges()));
            CHECK(PatternUpdate::between(before[l], after[l]).grown == wanted);
        }
    });
}

TEST_CASE("topology updater: new values as grow_init says, those that came back too where asked", "[training]") {
    for (const std::string how : {"normal:0.1", "uniform", "grad:1"}) {
        INFO(how);
        Trainer t = trainer(
            "rigl", {"sparsity.grow_init=" + how, "sparsity.drop_rule=random", "sparsity.regrown_value=as_new"});
        while (!t.update_is_due()) t.train_step();
        const std::vector<Pattern> before = masks(t);
        t.update_topology();
        double sum = 0.0, squares = 0.0;
        std::size_t grown = 0;
        for (std::size_t l = 0; l < 2; ++l) {
            const auto update = PatternUpdate::between(before[l], weight(t, l).pattern());
            for (std::size_t k = 0; k < update.source.size(); ++k) {
                if (update.source[k] != PatternUpdate::grown_here) continue;
                const double value = weight(t, l).parameter().values[k];
                CHECK(value != 0.0);
                sum += value;
                squares += value * value;
                ++grown;
            }
        }
        REQUIRE(grown > 50);
        if (how == "normal:0.1") {
            CHECK(std::sqrt(squares / static_cast<double>(grown)) == Approx(0.1).epsilon(0.35));
            CHECK(std::abs(sum / static_cast<double>(grown)) < 0.05);
        }
    }
}

TEST_CASE("topology updater: dense momentum starts a grown weight where a dense network's would be", "[training]") {
    // The velocity of an absent position is the decayed sum of its gradients; a kept one's is the optimizer's own.
    Trainer t = trainer("set", {"sparsity.momentum_state=dense", "optimizer.weight_decay=0.01"});
    while (!t.update_is_due()) t.train_step();
    const std::vector<Pattern> before = masks(t);
    std::vector<AlignedVector<float>> momentum;
    for (std::size_t l = 0; l < 2; ++l) momentum.push_back(weight(t, l).parameter().state[0]);
    t.update_topology();
    std::size_t with_momentum = 0, grown = 0, changed = 0;
    for (std::size_t l = 0; l < 2; ++l) {
        const auto update = PatternUpdate::between(before[l], weight(t, l).pattern());
        for (std::size_t k = 0; k < update.source.size(); ++k) {
            if (update.source[k] != PatternUpdate::grown_here) {
                changed += weight(t, l).parameter().state[0][k] == momentum[l][update.source[k]] ? 0 : 1;
                continue;
            }
            ++grown;
            with_momentum += weight(t, l).parameter().state[0][k] != 0.0F ? 1 : 0;
        }
    }
    CHECK(with_momentum > grown / 2);  // inputs that are always 0 have none
    CHECK(changed == 0);
}

TEST_CASE("topology updater: blocks and groups keep their form through every update", "[training][structures]") {
    for (const char* grow : {"random", "gradient", "momentum"}) {
        INFO(grow);
        Trainer blocks = trainer("set", {"sparsity.structure='block:2,4'", std::string("sparsity.grow_rule=") + grow,
                                         "sparsity.dense_layers=[\"last\"]"});
        bool changed = false;
        for_each_update(blocks, [&](std::int64_t, const auto& before, const auto& after) {
            for (std::size_t l = 0; l < 2; ++l) {
                CHECK_NOTHROW(sparsity::blocks_of(after[l], {2, 4}));
                CHECK(after[l].edges() == before[l].edges());
                changed = changed || !(after[l] == before[l]);
            }
        });
        CHECK(changed);
        Trainer groups = trainer(
            "set", {"sparsity.structure='nm:2,8'", std::string("sparsity.grow_rule=") + grow, "sparsity.density=0.25"});
        changed = false;
        for_each_update(groups, [&](std::int64_t, const auto& before, const auto& after) {
            for (const Pattern& mask : after) {
                for (std::size_t row = 0; row < mask.rows(); ++row) {
                    for (std::size_t g = 0; g < mask.cols() / 8; ++g) {
                        CHECK(std::ranges::count_if(mask.row(row), [&](std::uint32_t c) { return c / 8 == g; }) == 2);
                    }
                }
            }
            changed = changed || !(after == before);
        });
        CHECK(changed);
        Trainer fan_in =
            trainer("set", {"sparsity.structure=constant_fan_in", std::string("sparsity.grow_rule=") + grow});
        for_each_update(fan_in, [&](std::int64_t, const auto& before, const auto& after) {
            for (std::size_t l = 0; l < 3; ++l) {
                for (std::size_t row = 0; row < after[l].rows(); ++row) {
                    CHECK(after[l].row(row).size() == before[l].row(row).size());
                }
            }
        });
    }
}

TEST_CASE("topology updater: of convolutions blocks keep whole kernels, groups their flat places",
          "[training][structures]") {
    const std::string image = "model.kind=cifar_resnet_8_4";
    const std::string dense = "sparsity.dense_layers=[\"first\", \"last\"]";
    for (const char* grow : {"random", "gradient", "momentum"}) {
        INFO(grow);
        const std::string by = std::string("sparsity.grow_rule=") + grow;
        for (const auto& [form, height, width] : {std::tuple{"'block:2,2'", 2, 2}, std::tuple{"'block:1,1'", 1, 1}}) {
            Trainer t = trainer("set", {image, dense, by, std::string("sparsity.structure=") + form});
            std::size_t exchanged = 0;
            for_each_update(t, [&](std::int64_t, const auto& before, const auto& after) {
                for (std::size_t l = 1; l + 1 < after.size(); ++l) {
                    const std::vector<std::size_t>& shape = weight(t, l).shape();
                    const auto places = shape[2] * shape[3];
                    const sparsity::BlockShape block{static_cast<std::size_t>(height), width * places};
                    const Pattern blocks = sparsity::blocks_of(after[l], block);
                    CHECK(after[l].edges() == before[l].edges());
                    exchanged += blocks == sparsity::blocks_of(before[l], block) ? 0 : 1;
                }
            });
            CHECK(exchanged > 0);
        }
        Trainer groups = trainer("set", {image, dense, by, "sparsity.structure='nm:1,4'", "sparsity.density=0.25"});
        bool changed = false;
        for_each_update(groups, [&](std::int64_t, const auto& before, const auto& after) {
            for (std::size_t l = 1; l + 1 < after.size(); ++l) {
                for (std::size_t row = 0; row < after[l].rows(); ++row) {
                    const auto cols = after[l].row(row);
                    REQUIRE(cols.size() == after[l].cols() / 4);
                    for (std::size_t g = 0; g < cols.size(); ++g) CHECK(cols[g] / 4 == g);
                }
            }
            changed = changed || !(after == before);
        });
        CHECK(changed);
    }
    CHECK_THROWS_WITH(trainer("set", {image, "sparsity.structure='block:2,2'", "sparsity.init=uniform"}),
                      Contains("widths of 2 do not divide"));
    CHECK_THROWS_WITH(trainer("set", {image, "sparsity.structure='nm:2,4'", "sparsity.density=0.5"}),
                      Contains("groups of 4 do not divide its 9 inputs"));
    CHECK_THROWS_WITH(trainer("set", {image, dense, "sparsity.structure='block:2,2'", "sparsity.redistribution=erk"}),
                      Contains("blocks of different sizes are not dealt"));
    CHECK_THROWS_WITH(trainer("gmp", {image, dense, "sparsity.structure='block:2,2'", "sparsity.initial_density=1.0"}),
                      Contains("prune_scope"));
    Trainer pruned = trainer("gmp_uniform", {image, dense, "sparsity.structure='block:2,2'", "sparsity.density=0.3"});
    for_each_update(pruned, [&](std::int64_t, const auto&, const auto& after) {
        for (std::size_t l = 1; l + 1 < after.size(); ++l) {
            const std::vector<std::size_t>& shape = weight(pruned, l).shape();
            CHECK_NOTHROW(sparsity::blocks_of(after[l], {2, 2 * shape[2] * shape[3]}));
        }
    });
}

TEST_CASE("topology updater: blocks are pruned whole", "[training][structures]") {
    Trainer t =
        trainer("gmp", {"sparsity.structure='block:2,2'", "sparsity.initial_density=1.0", "sparsity.density=0.2"});
    for_each_update(t, [&](std::int64_t, const auto&, const auto& after) {
        for (const Pattern& mask : after) CHECK_NOTHROW(sparsity::blocks_of(mask, {2, 2}));
    });
    CHECK(t.density() == Approx(0.2).margin(0.002));
}

TEST_CASE("topology updater: layers forced dense stay so, whatever the method", "[training]") {
    for (const sparsity::Method& method : sparsity::methods()) {
        if (!method.is_dynamic()) continue;
        INFO(method.name);
        Trainer t = trainer(method.name, {"sparsity.dense_layers=[\"first\"]"});
        for_each_update(
            t, [&](std::int64_t, const auto&, const auto& after) { CHECK(after[0].edges() == after[0].positions()); });
    }
}

TEST_CASE("topology updater: an update may take the place of the optimizer step", "[training]") {
    Trainer t = trainer("rigl", {"sparsity.skip_optimizer_step=true", "sparsity.update_at_start=true"});
    const auto bias = t.network().table().of(0)[1].parameter->values;
    t.train_step();
    CHECK(t.update_is_due());
    CHECK(t.network().table().of(0)[1].parameter->values == bias);
    t.update_topology();
    t.train_step();
    CHECK_FALSE(t.network().table().of(0)[1].parameter->values == bias);
}

TEST_CASE("topology updater: the fresh gradient is the one after the step", "[training]") {
    Trainer before = trainer("rigl");
    Trainer fresh = trainer("rigl", {"sparsity.gradient_time=fresh"});
    while (!before.update_is_due()) {
        before.train_step();
        fresh.train_step();
    }
    CHECK(weight(before, 0).parameter().values == weight(fresh, 0).parameter().values);
    before.update_topology();
    fresh.update_topology();
    CHECK_FALSE(masks(before) == masks(fresh));
}

}  // namespace espalier::training
