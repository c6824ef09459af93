#include <espalier/base/text/near_names.hpp>

#include "support.hpp"

namespace espalier {

TEST_CASE("near names: names that a word may be a slip for", "[base][text]") {
    using Names = std::vector<std::string>;
    const Names keys{"density", "drop_rule", "grow_rule", "dropout", "dropped", "beta_1", "beta_2", "density_from"};
    CHECK(near_names("densty", keys) == Names{"density"});
    CHECK(near_names("denstiy", keys) == Names{"density"});      // a swap is one edit
    CHECK(near_names("Drop-Rule", keys) == Names{"drop_rule"});  // no edit at all
    CHECK(near_names("gro_rule", keys) == Names{"grow_rule"});
    CHECK(near_names("density_f", keys) == Names{"density_from", "density"});  // what it begins comes first
    CHECK(near_names("dropot", keys) == Names{"dropout"});
    CHECK(near_names("droppt", keys) == Names{"dropout", "dropped"});
    CHECK(near_names("schem", Names{"schedule", "scheme_of_ranks"}) == Names{"scheme_of_ranks"});
    CHECK(near_names("caa", Names{"cia", "caa_true"}) == Names{"caa_true", "cia"});
    CHECK(near_names("droup", Names{"group", "droop"}) == Names{"group", "droop"});
    CHECK(near_names("densty", Names{"density", "steps", "density"}) == Names{"density"});  // told twice, it is one
}

TEST_CASE("near names: a wrong guess is worse than none", "[base][text]") {
    using Names = std::vector<std::string>;
    const Names keys{"density", "drop_rule", "grow_rule", "beta_1", "beta_2", "fc1", "fc2", "lr"};
    for (const char* word : {"zzz", "beta_3", "fc4", "l", "", "ra", "rule", "epochs", "growth", "000000100", "de"}) {
        INFO(word);
        CHECK(near_names(word, keys).empty());
    }
    CHECK(near_names("cat", Names{"bat", "rat", "hat"}).empty());            // three equally near
    CHECK(near_names("drop", Names{"drop_rule", "drop_fraction"}).empty());  // begins two
    CHECK(near_names("set", Names{"snip", "sgd", "adam"}).empty());
    CHECK(near_names(std::string(5000, 'x'), keys).empty());
}

TEST_CASE("near names: the hint comes before the list", "[base][text]") {
    const std::vector<std::string> known{"set", "rigl"};
    CHECK(did_you_mean("rigll", known, "") == " Did you mean 'rigl'?");
    CHECK(did_you_mean("densty", std::vector<std::string>{"density"}, "sparsity.") ==
          " Did you mean 'sparsity.density'?");
    CHECK(did_you_mean("droup", std::vector<std::string>{"group", "droop"}, "") == " Did you mean 'group' or 'droop'?");
    CHECK(not_known("rigll", known) == " is not known. Did you mean 'rigl'? Known: set, rigl");
    CHECK(not_known("gmp", known) == " is not known; known: set, rigl");
}

}  // namespace espalier
