#include <espalier/config/resolve.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/sparsity/methods/methods.hpp>
#include <espalier/sparsity/methods/methods_table.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "generated.hpp"
#include "support.hpp"

namespace espalier::sparsity {
using namespace testing;

TEST_CASE("methods: every piece a method names is registered", "[sparsity]") {
    for (const Method& method : methods()) {
        INFO(method.name);
        const config::RunConfig::Sparsity s =
            config::resolve(config::parse_toml("sparsity.method = '" + method.name + "'", "test")).sparsity;
        CHECK(method.is_dynamic() == (s.drop_rule != "none"));
        for (const Part& part : method.parts) {
            const config::Key& key = config::find_key("sparsity." + part.key);
            CHECK(key.rule.by_method);
        }
    }
}

TEST_CASE("methods: the published defaults", "[sparsity]") {
    // definitions.md 3.16
    const auto resolved = [](const std::string& name) {
        return config::resolve(config::parse_toml("sparsity.method = '" + name + "'", "test")).sparsity;
    };
    const auto set = resolved("set");
    CHECK(set.drop_fraction == 0.3);
    CHECK(set.update_every == "1ep");
    CHECK(set.grow_rule == "random");
    CHECK(set.drop_schedule == "constant");
    const auto rigl = resolved("rigl");
    CHECK(rigl.update_every == "100it");
    CHECK(rigl.stop_fraction == 0.75);
    CHECK(rigl.drop_schedule == "cosine");
    CHECK(rigl.drop_fraction_min == 0.0);
    const auto itop = resolved("rigl_itop");
    CHECK(itop.update_every == "4000it");
    CHECK(itop.drop_fraction == 0.5);
    CHECK(itop.drop_fraction_min == 0.005);
    CHECK(itop.stop_fraction == 1.0);
    CHECK(resolved("set_itop").update_every == "1500it");
    const auto snfs = resolved("snfs");
    CHECK(snfs.redistribution == "momentum");
    CHECK(snfs.momentum_decay == 0.9);
    const auto granet = resolved("granet");
    CHECK(granet.initial_density == 0.5);
    CHECK(granet.density_until == 0.5);
    CHECK(granet.update_every == "1000it");
    CHECK(granet.grow_rule == "gradient");
    CHECK(resolved("gmp").grow_rule == "none");
    CHECK(resolved("dsr").threshold == 1e-3);
    CHECK(resolved("mest").gradient_weight == 0.01);
    for (const char* name : {"ctre_cos", "ctre_seq", "ctre_sim"}) {
        const auto ctre = resolved(name);
        CHECK(ctre.drop_fraction == 0.2);
        CHECK(ctre.drop_schedule == "constant");
        CHECK(ctre.update_every == "1ep");
        CHECK(ctre.stop_fraction == 1.0);
        CHECK(ctre.init == "er");
        CHECK(ctre.epsilon == 13.0);
        CHECK(ctre.grow_init == "zeros");
    }
    CHECK(resolved("ctre_seq").early_stop == Duration::epochs(40));
    const auto importance = resolved("importance_pruning");
    CHECK(importance.importance_every == "10ep");
    CHECK(importance.importance_from == Duration::epochs(200));
    CHECK(importance.importance_percentile == 20.0);
    CHECK(importance.importance_hard);
    CHECK(resolved("set").importance_every == "0ep");
}

TEST_CASE("methods: docs/methods.md holds the tables the registries give", "[sparsity][docs]") {
    check_generated("docs/methods.md", "<!-- methods -->", "<!-- end of methods -->", methods_markdown());
}

}  // namespace espalier::sparsity
