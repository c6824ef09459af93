#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "config/resolved.hpp"
#include "support.hpp"

namespace espalier::config {
using namespace testing;

TEST_CASE("tickets: a method brings its values, and each of them may be replaced", "[config][tickets]") {
    const RunConfig::Tickets none = resolved("").tickets;
    CHECK(none.method == "none");
    CHECK(none.share == 0.0);
    const RunConfig::Tickets sup = resolved("[tickets]\nmethod = 'sup_tickets'\n").tickets;
    CHECK(sup.share == 0.1);
    CHECK(sup.length == "8ep");
    CHECK(sup.schedule == "cyclical");
    CHECK(sup.learning_rate == 0.005);
    CHECK(sup.min_learning_rate == 0.001);
    CHECK(sup.drop_fraction == 0.5);
    CHECK_FALSE(sup.updates);
    CHECK(sup.choose == "last");
    const RunConfig::Tickets edst = resolved("[tickets]\nmethod = 'edst'\nlength = ''\ndrop_fraction = 0.7\n").tickets;
    CHECK(edst.share == 2.0 / 3.0);
    CHECK(edst.length == "100ep");
    CHECK(edst.schedule == "step");
    CHECK(edst.learning_rate == 0.01);
    CHECK(edst.min_learning_rate == 0.001);
    CHECK(edst.drop_fraction == 0.7);
    CHECK(edst.updates);
    CHECK(edst.choose == "best");
    const RunConfig::Tickets mixed = resolved("[tickets]\nmethod = 'sup_tickets'\nupdates = true\n").tickets;
    CHECK(mixed.updates);
    // The host's values are not the ticket method's.
    CHECK(resolved("[tickets]\nmethod = 'edst'\n").sparsity.drop_fraction == 0.3);
}

TEST_CASE("tickets: what is printed resolves to itself", "[config][tickets]") {
    for (const char* method : {"none", "sup_tickets", "edst"}) {
        const std::string text = to_toml(resolved(std::string("[tickets]\nmethod = '") + method + "'\n"));
        CHECK(to_toml(resolved(text)) == text);
    }
}

TEST_CASE("tickets: contradictions are refused with the place and the remedy", "[config][tickets]") {
    const std::string sup = "[tickets]\nmethod = 'sup_tickets'\n";
    const std::string edst = "[tickets]\nmethod = 'edst'\n";
    struct Case {
        std::string text;
        std::string says;
    };
    const std::vector<Case> cases = {
        {"[tickets]\nshare = 0.1", "run.toml:2: tickets.share = 0.1 has no meaning without phases"},
        {"[tickets]\nmethod = 'swa'", "is not known; known: none, sup_tickets, edst"},
        {sup + "lenght = '8ep'", "Did you mean 'tickets.length'"},
        {sup + "share = 1.0", "run.toml:3: tickets.share = 1.0 must be"},
        {sup + "length = '0ep'", "run.toml:3: tickets.length = \"0ep\" must be longer than 0"},
        {sup + "learning_rate = 0.0\nmin_learning_rate = 0.0",
         "run.toml:3: tickets.learning_rate = 0.0 must be above 0"},
        {sup + "learning_rate = 0.0001", "run.toml:3: tickets.learning_rate makes min_learning_rate = 0.001 larger"},
        {sup + "min_learning_rate = 0.1", "run.toml:3: tickets.min_learning_rate makes min_learning_rate = 0.1 larger"},
        {sup + "[snapshots]\nweights = false", "run.toml:4: snapshots.weights = false leaves tickets without weights"},
        {edst + "[data]\nvalidation = 0.0", "run.toml:4: data.validation = 0 holds no examples out"},
        {sup + "[sparsity]\nmethod = 'static'", "method static has no rules to drop and grow them"},
        {sup + "[sparsity]\nmethod = 'dense'", "set tickets.drop_fraction = 0"},
        {sup + "[sparsity]\nmethod = 'gmp'", "method gmp has no rules"},
        {sup + "[sparsity]\nmethod = 'topkast'", "method topkast has no rules"},
        {sup + "[sparsity]\nmethod = 'dsr'", "drop_rule threshold takes what is small"},
        {sup + "[sparsity]\nmethod = 'mest_ems'", "budget soft"},
        {sup + "[sparsity]\nimportance_every = '1ep'", "shrinks layers: leave one out"},
    };
    for (const Case& c : cases) {
        INFO(c.text);
        CHECK_THAT(refusal(c.text), Contains(c.says));
        CHECK(refusal(c.text).find('\n') == std::string::npos);
    }
}

TEST_CASE("tickets: phases of the weights alone are for every host", "[config][tickets]") {
    for (const char* method : {"dense", "static", "gmp", "topkast", "dsr", "mest_ems", "set"}) {
        INFO(method);
        CHECK(refusal(std::string("[tickets]\nmethod = 'sup_tickets'\ndrop_fraction = 0\n[sparsity]\nmethod = '") +
                      method + "'") == "");
    }
    CHECK(refusal("[tickets]\nmethod = 'sup_tickets'\n[data]\nvalidation = 0.0").empty());
}

}  // namespace espalier::config
