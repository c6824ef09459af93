#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "support.hpp"

namespace espalier::config {
using namespace testing;
namespace {

/// What resolving [sparsity] with these lines says.
std::string updates_refusal(const std::string& lines) {
    try {
        resolve(parse_toml("[sparsity]\n" + lines, "run.toml"));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("updates: what a method cannot do is refused with the place and the remedy", "[config][updates]") {
    struct Case {
        std::string lines;
        std::string says;
    };
    const std::vector<Case> cases = {
        {"method = 'gmp'\ninitial_density = 0.05", "run.toml:3: sparsity.initial_density makes the density rise"},
        {"method = 'granet'\ndensity = 0.6", "rise from 0.5 to 0.6"},
        {"method = 'gmp'\ndensity_from = 0.7", "must be below density_until"},
        {"method = 'gmp'\nepsilon = 20", "epsilon"},
        {"method = 'granet'\ninit = 'dense'", "is not for init \"dense\""},
        {"method = 'granet'\nupdate_milestones = [0.5]", "equally far apart"},
        {"method = 'set'\ngrow_rule = 'none'", "would only drop"},
        {"method = 'set'\ndrop_rule = 'none'", "nothing to do"},
        {"method = 'static'\ndrop_rule = 'magnitude'", "never changes"},
        {"method = 'static'\ndensity_schedule = 'cubic'", "never changes"},
        {"method = 'set'\nupdate_every = 0", "must be longer than 0"},
        {"method = 'set'\nupdate_milestones = [0.5, 0.5]", "must ascend"},
        {"method = 'mest_em'\ndrop_milestones = [0.5]", "has 2 numbers for 1"},
        {"method = 'mest_em'\ndrop_factors = [3.0, 0.0]", "larger than 1"},
        {"method = 'rigl'\ndrop_fraction_min = 0.4", "larger than drop_fraction"},
        {"method = 'mest_ems'\nredistribution = 'erk'", "moves it"},
        {"method = 'granet'\nbudget = 'baseline'", "lowers it"},
        {"method = 'dsr'\nredistribution = 'none'\nbudget = 'soft'", "says how many are dropped"},
        {"method = 'set'\ngrow_rule = 'unfired'\nexploration = false", "must be true"},
        {"method = 'set'\nstructure = 'nm:2,4'\ndensity = 0.5\nredistribution = 'erk'", "every group keeps its number"},
        {"method = 'granet'\nstructure = 'nm:2,4'\ndensity = 0.5", "every group keeps its number"},
        {"method = 'set'\nstructure = 'block:2,2'\ncandidates = 'not_just_dropped'", "candidates"},
        {"method = 'set'\nstructure = 'block:2,2'\ndrop_rule = 'sign_balanced'", "counts single weights"},
        {"method = 'set'\nstructure = 'block:2,2'\ninit = 'biregular'", "cannot keep the form"},
        {"method = 'set'\nstructure = 'ramanujan'", "no form that updates can keep"},
        {"method = 'set'\nstructure = 'nm:3,2'", "first number is at most the second"},
        {"method = 'neurrev'\ndrop_noise = 0.1",
         "orders the single weights of a layer and does not go with sparsity.drop"},
        {"method = 'neurrev'\nstructure = 'block:2,2'", "does not go with sparsity.structure"},
        {"method = 'granet'\ndrop_rule = 'revival_change'", "does not go with sparsity.density_schedule"},
        {"method = 'neurrev'\ngrow_rule = 'gradient'\nexchange_scope = 'global'", "sparsity.exchange_scope"},
        {"method = 'importance_pruning'\ndrop_rule = 'revival_activity'", "does not go with sparsity.importance_every"},
        {"method = 'set'\ndrop_rule = 'revival_activity'", "= 0 looks at no sample"},
        {"method = 'bidst'\ngrow_rule = 'gradient'", "whose masks keep the highest scores: leave it out"},
        {"method = 'bidst'\ninit = 'snip'", "is not for parameters = \"scored\""},
        {"method = 'bidst'\ninit_seed = 3", "is not for parameters = \"scored\""},
        {"method = 'bidst'\nmask_candidates = 0.2", "none would ever be chosen"},
        {"method = 'set'\nregroup_rows = 4", "whose updates would take the blocks apart"},
        {"method = 'topkast'\nregroup_rows = 4", "whose updates would take the blocks apart"},
        {"method = 'bidst'\nupdate_every = 0", "must be longer than 0"},
        {"method = 'set'\ngrow_init = 'ones'", "zeros, uniform, normal:DEVIATION or grad:FACTOR"},
    };
    for (const Case& c : cases) {
        INFO(c.lines);
        CHECK_THAT(updates_refusal(c.lines), Contains(c.says));
    }
}

TEST_CASE("updates: pieces go together that no paper has put together", "[config][updates]") {
    CHECK(updates_refusal("method = 'granet'\ndrop_rule = 'magnitude_gradient'\ngrow_rule = 'momentum'\n"
                          "redistribution = 'erk'\ndensity_schedule = 'exponential'") == "");
    CHECK(updates_refusal(
              "method = 'set'\nstructure = 'block:4,4'\ngrow_rule = 'gradient'\nredistribution = 'gradient'") == "");
    CHECK(updates_refusal("method = 'rigl'\ndrop_rule = 'revival_activity'\ndormant_samples = 100") == "");
    CHECK(updates_refusal("method = 'bidst'\ninit = 'snip'\nmask_candidates = 0.2\nmask_gradient = 'bilinear'") == "");
    CHECK(updates_refusal("method = 'rigl'\nbudget = 'soft'\ndrop_schedule = 'linear'\nupdate_milestones = [0.5]") ==
          "");
}

TEST_CASE("updates: a structure begins as it is kept, dealt by the distribution asked for", "[config][updates]") {
    const auto s = resolve(parse_toml("[sparsity]\nstructure = 'block:2,2'\ninit = 'uniform'\n", "test")).sparsity;
    CHECK(s.init == "block:2,2");
    CHECK(s.layer_densities == "uniform");
    const auto groups = resolve(parse_toml("[sparsity]\nstructure = 'nm:1,4'\n", "test")).sparsity;
    CHECK(groups.density == 0.25);
}

}  // namespace espalier::config
