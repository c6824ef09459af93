#include <algorithm>
#include <charconv>
#include <string_view>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands/superpose_options.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/report/table.hpp>
#include <espalier/tickets/lottery_pools.hpp>
#include <espalier/topology/superposition/consensus.hpp>

namespace espalier::cli {
namespace {

using tickets::SuperposeMethod;
using Texts = std::vector<std::pair<std::string, std::string>>;

template <class Entries>
std::string help_of(const std::string& what, const Entries& entries) {
    std::string help = what;
    for (const auto& entry : entries) help += "\n" + entry.name + ": " + entry.help;
    return help;
}

void add_method_options(Parser& app, SuperposeArguments& arguments) {
    app.add_option("--average", arguments.average,
                   help_of("Of sup_tickets, how a ticket is taken in (cia):", topology::averaging_rules()))
        .type_name("RULE");
    app.add_option("--gamma", arguments.gamma, "Of moving averages: the part of the ticket that comes")
        .type_name("SHARE");
    app.add_option("--prune", arguments.prune, "Of averages: 'each_cycle', after each ticket (default), or 'end', once")
        .type_name("each_cycle|end");
    app.add_flag("--without-pretrained", arguments.without_pretrained,
                 "Of sup_tickets: leave out the network from which the run's tickets began");
    app.add_option(
           "--coefficients", arguments.coefficients,
           "Of lottery_pools: parts of a candidate to try (0.05,0.1,0.2,...,0.9,0.95); 0.5 alone: its 'average'")
        .type_name("SHARE,...")
        .separated_by_commas();
    app.add_option("--candidates", arguments.candidates, "Of lottery_pools: tickets to try at most (18)")
        .type_name("N");
    app.add_option("--values", arguments.values,
                   help_of("Of consensus masks, where weights come from (mean_present):", topology::value_rules()))
        .type_name("RULE");
    app.add_option("--share", arguments.share, "Of majority: the share of tickets that must keep a weight (0.5)")
        .type_name("SHARE");
}

std::string list_of(const std::vector<double>& numbers) {
    std::vector<std::string> texts;
    for (const double number : numbers) texts.push_back(report::exact(number));
    return join(texts, ",");
}

/// Options of some methods that were given, with what was given.
Texts given_of(const SuperposeArguments& arguments) {
    Texts given;
    const auto add = [&](const std::string& name, const auto& value, const auto& text) {
        if (value) given.emplace_back(name, text(*value));
    };
    const auto as_is = [](const std::string& text) { return text; };
    add("--average", arguments.average, as_is);
    add("--gamma", arguments.gamma, report::exact);
    add("--prune", arguments.prune, as_is);
    if (arguments.without_pretrained) given.emplace_back("--without-pretrained", "true");
    if (!arguments.coefficients.empty()) given.emplace_back("--coefficients", list_of(arguments.coefficients));
    add("--candidates", arguments.candidates, [](std::size_t count) { return std::to_string(count); });
    add("--values", arguments.values, as_is);
    add("--share", arguments.share, report::exact);
    return given;
}

topology::PruneAt prune_at(const std::string& name) {
    if (name == "each_cycle") return topology::PruneAt::each_member;
    if (name == "end") return topology::PruneAt::end;
    throw ConfigError("--prune " + name + ": is 'each_cycle' or 'end'");
}

topology::WeightBudget budget(const SuperposeArguments& arguments, const SuperposeMethod& method,
                              topology::Members members, const topology::Topology& target) {
    if (arguments.layerwise && arguments.density) {
        throw ConfigError("--layerwise keeps each layer's number of weights, --density another number: give one");
    }
    if (arguments.density) {
        return topology::budget_of(members, topology::kept_at(*arguments.density, topology::positions(target)));
    }
    topology::WeightBudget budget;
    if (arguments.layerwise) {
        for (const topology::Layer& layer : target.layers) budget.each.push_back(layer.pattern.edges());
    } else if (method.keeps_density) {
        budget = topology::budget_of(members, topology::edges(target));
    }
    return budget;
}

}  // namespace

void add_superpose(Parser& app, SuperposeArguments& arguments) {
    add_tickets(app, arguments.tickets);
    app.add_option("--method", arguments.method, help_of("How they become one:", tickets::superpose_methods()))
        .required()
        .type_name("NAME");
    app.add_option("--out", arguments.out,
                   "The topology file to write (.h5): a ticket again, and what a run can start from")
        .required()
        .type_name("FILE");
    app.add_option("--target", arguments.target,
                   "The ticket, by name or number from 0, that gives density and configuration (the first)")
        .type_name("RUN");
    app.add_option("--density", arguments.density,
                   "Keep this share of all positions (the target's number of weights; of consensus masks all)")
        .type_name("SHARE");
    app.add_flag("--layerwise", arguments.layerwise, "Prune each layer to the target's number of weights in it");
    app.add_flag("--align", arguments.align,
                 "First put each ticket's hidden units into the places where they resemble the target's");
    app.add_option("--align-by", arguments.align_by,
                   help_of("What units resemble each other in (weights):", tickets::align_criteria()))
        .type_name("WHAT");
    app.add_option("--align-to", arguments.align_to,
                   "Whose units: the 'target's (default), or the 'mean' of the other tickets, again and again")
        .type_name("target|mean");
    add_recalibrate(app, arguments.recalibrate, "Of whatever is scored, and of the result");
    add_method_options(app, arguments);
    app.add_flag("--force", arguments.force, "Replace --out where it exists");
    add_threads(app, arguments.threads);
    add_json(app, arguments.json);
}

void require_used(const SuperposeArguments& arguments, const SuperposeMethod& method) {
    for (const auto& [option, value] : given_of(arguments)) {
        if (std::ranges::find(method.takes, option) != method.takes.end()) continue;
        throw ConfigError(option + ": method " + method.name + " has no use for it; its own options are " +
                          (method.takes.empty() ? "none" : join(method.takes)));
    }
}

std::optional<tickets::AlignBy> align_by(const SuperposeArguments& arguments) {
    const tickets::AlignBy by = tickets::parse_align_by(arguments.align_by.value_or("weights"));
    const std::string to = arguments.align_to.value_or("target");
    if (to != "target" && to != "mean") throw ConfigError("--align-to " + to + ": is 'target' or 'mean'");
    if (arguments.align) return by;
    if (arguments.align_by) throw ConfigError("--align-by " + *arguments.align_by + ": needs --align");
    if (arguments.align_to) throw ConfigError("--align-to " + to + ": needs --align");
    return std::nullopt;
}

std::size_t target_of(const SuperposeArguments& arguments, const std::vector<tickets::Ticket>& tickets) {
    const std::string& name = arguments.target;
    if (name.empty()) return 0;
    std::vector<std::string> labels;
    for (const tickets::Ticket& ticket : tickets) labels.push_back(ticket.label);
    const auto found = std::ranges::find(labels, name);
    if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc{} && end == name.data() + name.size() && number < tickets.size()) return number;
    throw ConfigError("--target " + name + ": is none of the " + std::to_string(tickets.size()) + " tickets " +
                      join(labels) + ", nor a number below " + std::to_string(tickets.size()));
}

tickets::SuperposeOptions superpose_options(const SuperposeArguments& arguments, const SuperposeMethod& method,
                                            topology::Members members, std::size_t target) {
    tickets::SuperposeOptions options;
    options.average = arguments.average.value_or(options.average);
    topology::averaging_rule(options.average);
    options.gamma = arguments.gamma;
    options.prune_at = prune_at(arguments.prune.value_or("each_cycle"));
    options.target = target;
    options.coefficients = arguments.coefficients;
    options.candidates = arguments.candidates;
    options.values = arguments.values.value_or(options.values);
    topology::value_rule(options.values);
    options.share = arguments.share;
    options.budget = budget(arguments, method, members, members[target]->topology);
    return options;
}

Texts recorded_options(const SuperposeArguments& arguments, const SuperposeMethod& method) {
    const tickets::LotteryPoolOptions pools;
    Texts texts = given_of(arguments);
    const auto add_default = [&](const std::string& option, const std::string& value) {
        const bool is_used = std::ranges::find(method.takes, option) != method.takes.end();
        const bool is_given = std::ranges::any_of(texts, [&](const auto& text) { return text.first == option; });
        if (is_used && !is_given) texts.emplace_back(option, value);
    };
    add_default("--average", "cia");
    add_default("--prune", "each_cycle");
    add_default("--coefficients", list_of(pools.coefficients));
    add_default("--candidates", std::to_string(pools.candidates));
    add_default("--values", "mean_present");
    add_default("--share", "0.5");
    if (arguments.align) texts.emplace_back("--align", arguments.align_by.value_or("weights"));
    if (arguments.align_to) texts.emplace_back("--align-to", *arguments.align_to);
    if (arguments.density) texts.emplace_back("--density", report::exact(*arguments.density));
    if (arguments.layerwise) texts.emplace_back("--layerwise", "true");
    if (arguments.recalibrate != "batches") texts.emplace_back("--recalibrate", arguments.recalibrate);
    for (auto& [name, value] : texts) name = name.substr(2);
    std::ranges::sort(texts);
    return texts;
}

}  // namespace espalier::cli
