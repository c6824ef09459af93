#include <espalier/base/text/duration.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/tickets_check.hpp>
#include <espalier/config/value.hpp>

namespace espalier::config {
namespace {

/// A key of [tickets] without a method would be overlooked in silence.
void check_nothing_given(const Settings& settings, const RunConfig& resolved) {
    for (const Key& key : schema()) {
        if (key.table() != "tickets" || key.get(resolved) == key.get(RunConfig{})) continue;
        refuse(settings, key.name,
               "= " + toml_text(key.get(resolved)) +
                   " has no meaning without phases: set tickets.method, or leave it out");
    }
}

void check_rates(const Settings& settings, const RunConfig::Tickets& t) {
    if (t.learning_rate == 0.0) refuse(settings, "tickets.learning_rate", "= 0.0 must be above 0");
    if (t.min_learning_rate > t.learning_rate) {
        refuse(settings,
               settings.has("tickets.min_learning_rate") ? "tickets.min_learning_rate" : "tickets.learning_rate",
               "makes min_learning_rate = " + toml_text(t.min_learning_rate) +
                   " larger than learning_rate = " + toml_text(t.learning_rate));
    }
}

/// Large updates need a host that exchanges as many weights as it is told to, and tickets of one density.
void check_host(const Settings& settings, const RunConfig& resolved) {
    const RunConfig::Tickets& t = resolved.tickets;
    const RunConfig::Sparsity& s = resolved.sparsity;
    if (!Duration::parse(s.importance_every).is_zero()) {
        refuse(settings, "tickets.method",
               "= \"" + t.method +
                   "\" wants tickets of one density, and sparsity.importance_every shrinks layers: "
                   "leave one out");
    }
    if (resolved.training.weight_average > 0.0) {
        refuse(settings, "tickets.method",
               "= \"" + t.method + "\" makes tickets of single weights, and training.weight_average = " +
                   toml_text(resolved.training.weight_average) +
                   " would mix them across phases: leave one out ('espalier tickets superpose' averages "
                   "tickets)");
    }
    const std::string large = "= " + toml_text(t.drop_fraction) + " exchanges weights before each phase, ";
    const std::string remedy = "; set tickets.drop_fraction = 0 for phases of the weights alone";
    if (t.drop_fraction > 0.0 && (s.drop_rule == "none" || s.grow_rule == "none")) {
        refuse(settings, "tickets.drop_fraction",
               large + "and method " + s.method + " has no rules to drop and grow them" + remedy +
                   ", or choose a dynamic sparsity.method");
    }
    if (t.drop_fraction > 0.0 && s.drop_rule == "threshold") {
        refuse(settings, "tickets.drop_fraction",
               large + "but drop_rule threshold takes what is small and not a share: choose another" + remedy);
    }
    if (t.drop_fraction > 0.0 && s.budget == "soft") {
        refuse(settings, "tickets.drop_fraction",
               large + "and budget soft would leave the tickets more than the density: choose another" + remedy);
    }
}

}  // namespace

void check_tickets(const Settings& settings, const RunConfig& resolved) {
    const RunConfig::Tickets& t = resolved.tickets;
    if (t.method == "none") {
        check_nothing_given(settings, resolved);
        return;
    }
    if (Duration::parse(t.length).is_zero())
        refuse(settings, "tickets.length", "= \"" + t.length + "\" must be longer than 0");
    check_rates(settings, t);
    check_host(settings, resolved);
    if (!resolved.snapshots.weights) {
        refuse(settings, "snapshots.weights",
               "= false leaves tickets without weights (tickets.method = \"" + t.method + "\"): leave it out");
    }
    if (t.choose == "best" && resolved.data.validation == 0.0) {
        refuse(settings, "data.validation",
               "= 0 holds no examples out, and tickets.choose = \"best\" goes by them: set it higher, or choose "
               "tickets.choose = \"last\"");
    }
}

}  // namespace espalier::config
