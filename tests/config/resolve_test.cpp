#include <espalier/base/text/error.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "config/resolved.hpp"
#include "support.hpp"

namespace espalier::config {
using namespace testing;

TEST_CASE("resolve: the method fills what is not given", "[config][resolve]") {
    const RunConfig rigl = resolved("sparsity.method = \"rigl\"\nsparsity.drop_fraction = 0.5");
    CHECK(rigl.sparsity.init == "erk");
    CHECK(rigl.sparsity.drop_fraction == 0.5);
    CHECK(rigl.sparsity.update_every == "100it");
    CHECK(rigl.sparsity.drop_rule == "magnitude");
    CHECK(rigl.sparsity.grow_rule == "gradient");
    CHECK(rigl.sparsity.drop_schedule == "cosine");
    CHECK(rigl.sparsity.stop_fraction == 0.75);
    const RunConfig fixed = resolved("sparsity.method = \"static\"");
    CHECK(fixed.sparsity.drop_rule == "none");
    CHECK(fixed.sparsity.update_every == "0ep");
}

TEST_CASE("resolve: pieces of a method can be replaced", "[config][resolve]") {
    const RunConfig mixed = resolved("[sparsity]\nmethod = \"set\"\ngrow_rule = \"gradient\"\ninit = \"uniform\"");
    CHECK(mixed.sparsity.grow_rule == "gradient");
    CHECK(mixed.sparsity.init == "uniform");
    CHECK(mixed.sparsity.drop_rule == "magnitude");
    CHECK(resolved("[sparsity]\ninit = \"\"").sparsity.init == "erk");
}

TEST_CASE("resolve: epsilon brings er, and stands alone", "[config][resolve]") {
    CHECK(resolved("sparsity.epsilon = 20").sparsity.init == "er");
    CHECK(resolved("sparsity.epsilon = 20\nsparsity.init = \"er\"").sparsity.epsilon == 20.0);
    CHECK_NOTHROW(resolved("sparsity.epsilon = 0\nsparsity.density = 0.2"));
    CHECK(refusal("sparsity.density = 0.1\nsparsity.epsilon = 20") ==
          "run.toml:2: sparsity.epsilon and sparsity.density both say how many weights are kept: leave one out");
    CHECK_THAT(refusal("sparsity.epsilon = 20\nsparsity.init = \"erk\""), Contains("run.toml:1: sparsity.epsilon"));
    CHECK_THAT(refusal("sparsity.epsilon = 20\nsparsity.method = \"dense\""), Contains("method dense"));
}

TEST_CASE("resolve: structures, their densities and epsilon", "[config][resolve]") {
    CHECK(resolved("sparsity.init = \"biregular\"").sparsity.layer_densities == "erk");
    CHECK(resolved("sparsity.init = \"nm:2,4\"").sparsity.density == 0.5);
    CHECK_NOTHROW(resolved("sparsity.init = \"nm:2,4\"\nsparsity.density = 0.5"));
    CHECK(refusal("sparsity.init = \"nm:2,4\"\nsparsity.density = 0.1") ==
          "run.toml:2: sparsity.density = 0.1 is not for init \"nm:2,4\", which keeps 0.5 of the weights: leave it out "
          "or choose another sparsity.init");
    CHECK_THAT(refusal("sparsity.init = \"nm:2,4\"\nsparsity.epsilon = 3"), Contains("run.toml:2: sparsity.epsilon"));
    CHECK_THAT(refusal("sparsity.init = \"nm:5,4\""), Contains("sparsity.init = \"nm:5,4\" must not keep more"));
    CHECK_THAT(refusal("sparsity.init = \"ramanujn\""), Contains("Did you mean 'ramanujan'?"));
    CHECK_THAT(refusal("sparsity.init = \"biregular\"\nsparsity.epsilon = 3"), Contains("layer_densities = \"er\""));
    CHECK_NOTHROW(resolved("sparsity.init = \"biregular\"\nsparsity.epsilon = 3\nsparsity.layer_densities = \"er\""));
    CHECK_THAT(refusal("sparsity.method = \"dense\"\nsparsity.init = \"biregular\""), Contains("keeps every weight"));
}

TEST_CASE("resolve: a method's own epsilon gives way to what else says how many weights are kept",
          "[config][resolve]") {
    const std::string ctre = "sparsity.method = \"ctre_cos\"\n";
    CHECK(resolved(ctre).sparsity.epsilon == 13.0);
    CHECK(resolved(ctre + "sparsity.epsilon = 20").sparsity.epsilon == 20.0);
    CHECK(resolved(ctre + "sparsity.init = \"er\"").sparsity.epsilon == 13.0);
    CHECK(resolved(ctre + "sparsity.density = 0.1").sparsity.epsilon == 0.0);
    CHECK(resolved(ctre + "sparsity.density = 0.1").sparsity.init == "er");
    CHECK(resolved(ctre + "sparsity.init = \"erk\"").sparsity.epsilon == 0.0);
    CHECK(resolved(ctre + "sparsity.init = \"nm:2,4\"").sparsity.density == 0.5);
    CHECK(resolved(ctre + "sparsity.structure = \"nm:2,4\"").sparsity.density == 0.5);
    CHECK(resolved(ctre + "sparsity.structure = \"block:2,2\"").sparsity.epsilon == 13.0);
}

TEST_CASE("resolve: similarity and importance where they cannot be", "[config][resolve]") {
    CHECK_THAT(refusal("sparsity.method = \"ctre_seq\"\ndata.validation = 0"), Contains("run.toml:2: data.validation"));
    CHECK_NOTHROW(resolved("sparsity.method = \"ctre_sim\"\ndata.validation = 0"));
    CHECK_THAT(refusal("sparsity.method = \"ctre_sim\"\nsparsity.structure = \"constant_fan_in\""),
               Contains("run.toml:2: sparsity.structure") && Contains("cosine_sim"));
    CHECK_THAT(refusal("sparsity.grow_rule = \"gradient_sampled\"\nsparsity.structure = \"block:2,2\""),
               Contains("gradient_sampled"));
    const std::string pruning = "sparsity.method = \"importance_pruning\"\n";
    for (const char* other : {"structure = \"block:2,2\"", "redistribution = \"equal\"", "budget = \"baseline\"",
                              "density_schedule = \"cubic\"", "min_per_layer = 1"}) {
        CHECK_THAT(refusal(pruning + "sparsity." + other), Contains("run.toml:2: sparsity.") && Contains("importance"));
    }
    CHECK_THAT(refusal("sparsity.method = \"snfs\"\nsparsity.importance_every = 5"),
               Contains("run.toml:2: sparsity.importance_every"));
    CHECK_THAT(refusal("sparsity.method = \"static\"\nsparsity.importance_every = 5"), Contains("never changes"));
}

TEST_CASE("resolve: dense keeps every weight", "[config][resolve]") {
    const RunConfig dense = resolved("sparsity.method = \"dense\"\nsparsity.density = 0.1");
    CHECK(dense.sparsity.init == "dense");
    CHECK(dense.sparsity.density == 1.0);
    CHECK(resolved("sparsity.init = \"dense\"").sparsity.density == 1.0);
    CHECK_THAT(refusal("sparsity.method = \"dense\"\nsparsity.init = \"erk\""),
               Contains("run.toml:2: sparsity.init = \"erk\" is not for method dense"));
}

TEST_CASE("resolve: only a dynamic method drops and grows", "[config][resolve]") {
    CHECK_THAT(refusal("sparsity.method = \"static\"\nsparsity.grow_rule = \"random\""), Contains("never changes"));
    CHECK_THAT(refusal("sparsity.method = \"dense\"\nsparsity.drop_rule = \"magnitude\""), Contains("never changes"));
    CHECK(refusal("sparsity.update_every = 0") ==
          "run.toml:1: sparsity.update_every must be longer than 0 for method set");
}

TEST_CASE("resolve: dense parameters choose the masks alone", "[config][resolve][topkast]") {
    const std::string method = "sparsity.method = \"topkast\"\n";
    const RunConfig::Sparsity plain = resolved(method).sparsity;
    CHECK(plain.parameters == "dense");
    CHECK(plain.init == "uniform");
    CHECK(plain.update_every == "100it");
    CHECK_NOTHROW(resolved(method + "sparsity.init = \"erk\"\nsparsity.backward_density = 0.1"));
    CHECK_THAT(refusal(method + "sparsity.density = 0.2\nsparsity.backward_density = 0.1"),
               Contains("run.toml:3: sparsity.backward_density = 0.1 is below sparsity.density = 0.2"));
    // With epsilon the density is what no line says: nothing to compare with.
    CHECK_NOTHROW(
        resolved(method + "sparsity.init = \"er\"\nsparsity.epsilon = 2.0\nsparsity.backward_density = 0.05"));
    CHECK_THAT(refusal(method + "sparsity.update_every = 0"), Contains("longer than 0"));
    for (const char* line : {"grow_rule = \"gradient\"", "drop_rule = \"magnitude\"", "density_schedule = \"cubic\"",
                             "redistribution = \"erk\"", "structure = \"block:2,2\"", "init = \"block:2,2\"",
                             "init = \"dense\"", "init_perturbation = 0.5", "init_seed = 3",
                             "momentum_state = \"dense\"", "grow_init = \"uniform\"", "budget = \"soft\""}) {
        INFO(line);
        CHECK_THAT(refusal(method + "sparsity." + line),
                   Contains("run.toml:2: sparsity.") && Contains("is not for parameters = \"dense\""));
    }
    CHECK_THAT(refusal("sparsity.method = \"rigl\"\nsparsity.parameters = \"dense\""),
               Contains("drop_rule = \"magnitude\", which is not for parameters"));
}

TEST_CASE("resolve: rules between the keys of the optimizer", "[config][resolve]") {
    CHECK_THAT(refusal("optimizer.nesterov = true\noptimizer.momentum = 0"), Contains("momentum above 0"));
    CHECK_THAT(refusal("optimizer.nesterov = true\noptimizer.kind = \"adam\""), Contains("kind \"sgd\""));
    CHECK_THAT(refusal("optimizer.milestones = [0.5, 0.5]"), Contains("[0.5, 0.5] must ascend"));
    CHECK_THAT(refusal("optimizer.min_learning_rate = 0.2"), Contains("run.toml:1: optimizer.min_learning_rate"));
    CHECK_THAT(refusal("optimizer.min_learning_rate = 0.1\noptimizer.learning_rate = 0.01"), Contains("larger than"));
    CHECK_NOTHROW(resolved("optimizer.min_learning_rate = 0.1"));
}

TEST_CASE("resolve: blocks of a batch have samples", "[config][resolve]") {
    CHECK(resolved("training.blocks = 8\ntraining.batch_size = 8").training.blocks == 8);
    CHECK_THAT(refusal("training.blocks = 16\ntraining.batch_size = 8"),
               Contains("run.toml:1: training.blocks") && Contains("more than the samples of a batch, 8"));
    CHECK_THAT(refusal("training.blocks = 6"), Contains("a power of two"));
    CHECK(resolved("").training.blocks == 1);
}

TEST_CASE("resolve: what contradicts an initial mask", "[config][resolve][saliency]") {
    const auto refused = [](const std::string& lines) { return refusal("[sparsity]\nmethod = \"static\"\n" + lines); };
    CHECK(resolved("sparsity.init = \"snip\"").sparsity.density == 0.1);
    CHECK_THAT(refused("init = \"snip\"\nepsilon = 20"),
               Contains("run.toml:4: sparsity.epsilon") && Contains("belongs to init \"er\", not \"snip\""));
    CHECK_NOTHROW(
        resolved("[sparsity]\ninit = \"snip\"\nscore_scope = \"layer\"\nlayer_densities = \"er\"\nepsilon = 20"));
    CHECK_THAT(refused("init = \"npb\"\nepsilon = 20"), Contains("set sparsity.layer_densities = \"er\""));
    CHECK_THAT(refused("init = \"synflow\"\nscore_scope = \"layer\""),
               Contains("run.toml:4: sparsity.score_scope = \"layer\" is not for init \"synflow\""));
    CHECK_THAT(refused("init = \"snip\"\nscore_scope = \"layer\"\nmin_per_layer = 3"),
               Contains("run.toml:5: sparsity.min_per_layer"));
    CHECK_THAT(refused("init = \"snip\"\nplacement = \"bernoulli\""),
               Contains("run.toml:4: sparsity.placement = \"bernoulli\" has no meaning for init \"snip\""));
    CHECK_THAT(refused("init = \"biregular\"\nplacement = \"bernoulli\""), Contains("has no meaning"));
    CHECK_NOTHROW(resolved("[sparsity]\ninit = \"snip_ratio\"\nplacement = \"bernoulli\""));
    CHECK_THAT(refused("init = \"snip\"\ninit_weights = true"), Contains("needs weights to start with"));
    CHECK_THAT(refused("init = \"file:/nowhere.h5\""),
               Contains("run.toml:3: sparsity.init names a file: no such file"));
    CHECK_THAT(refused("method = \"dense\""), Contains("method"));
    CHECK_THAT(refusal("[sparsity]\nmethod = \"dense\"\ninit = \"snip\""), Contains("not for method dense"));
    CHECK_THAT(refusal("[sparsity]\nscore_samples = 0"), Contains("at least 1"));
    CHECK_THAT(refusal("[sparsity]\nscore_temperature = 0"), Contains("above 0"));
}

TEST_CASE("resolve: what a run has recorded needs no file", "[config][resolve]") {
    const Settings settings =
        parse_toml("[sparsity]\nmethod = \"static\"\ninit = \"file:/gone/ticket.h5\"\ndensity = 0.25\n", "run.h5");
    CHECK_THROWS_AS(resolve(settings), ConfigError);
    const RunConfig config = resolve(settings, InitFile::trust);
    CHECK(config.sparsity.density == 0.25);
    CHECK(config.sparsity.init == "file:/gone/ticket.h5");
}

TEST_CASE("resolve: files in the run's folder are recorded without it", "[config][resolve]") {
    RunConfig config;
    const auto recorded = [&](const std::string& init, const std::string& folder) {
        config.sparsity.init = init;
        return portable(config, folder).sparsity.init;
    };
    CHECK(recorded("file:/runs/a/ticket.h5", "/runs/a") == "file:ticket.h5");
    CHECK(recorded("file:/runs/a/ticket.h5", "/runs/b/../a/") == "file:ticket.h5");
    CHECK(recorded("file:/runs/a/parts/ticket.h5", "/runs/a") == "file:parts/ticket.h5");
    CHECK(recorded("file:/runs/b/ticket.h5", "/runs/a") == "file:/runs/b/ticket.h5");
    CHECK(recorded("ratio_of:file:/runs/a/m.h5", "/runs/a") == "ratio_of:file:m.h5");
    CHECK(recorded("erk", "/runs/a") == "erk");
    const auto here = std::filesystem::current_path() / "out/ticket.h5";
    CHECK(recorded("file:" + here.string(), "out") == "file:ticket.h5");
}

TEST_CASE("resolve: what a run has recorded is told from a few keys that another program gave", "[config][resolve]") {
    CHECK(was_resolved(parse_toml(to_toml(RunConfig{}), "run.h5")));
    CHECK(!was_resolved(parse_toml("sparsity.method = \"rigl\"\ndata.dataset = \"cifar10\"\n", "run.h5")));
    CHECK(!was_resolved(parse_toml("", "run.h5")));
}

}  // namespace espalier::config
