#include <cmath>
#include <filesystem>
#include <memory>

#include <nlohmann/json.hpp>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands/explain.hpp>
#include <espalier/cli/commands/superpose_options.hpp>
#include <espalier/cli/commands/superpose_work.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/config/print.hpp>
#include <espalier/report/json.hpp>
#include <espalier/report/superposed_report.hpp>
#include <espalier/tickets/activation_matching.hpp>
#include <espalier/tickets/architecture.hpp>
#include <espalier/tickets/run_tickets.hpp>
#include <espalier/tickets/superposing.hpp>
#include <espalier/tickets/ticket_evaluation.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/training/run/run_summary.hpp>

namespace espalier::cli {
namespace {

namespace fs = std::filesystem;
using tickets::Part;
using tickets::Selected;
using tickets::Superposed;
using tickets::SuperposeMethod;
using tickets::Ticket;

/// The run file that an argument names as a whole; nothing for a snapshot and for other files.
std::optional<fs::path> whole_run(const std::string& argument) {
    const fs::path path = fs::is_directory(argument) ? fs::path(argument) / "run.h5" : fs::path(argument);
    if (!fs::is_regular_file(path) || topology::is_mask_file(path)) return std::nullopt;
    const hdf5::Group root = hdf5::File::open(path).root();
    const bool is_run = root.has_attribute("format") && root.attribute_as<std::string>("format") == "espalier.run";
    return is_run ? std::optional(path) : std::nullopt;
}

/// One run that left cheap tickets stands for these; all else for itself.
TicketArguments expanded(const SuperposeArguments& arguments) {
    TicketArguments expanded = arguments.tickets;
    const auto run = expanded.runs.size() == 1 ? whole_run(expanded.runs.front()) : std::nullopt;
    const bool has_tickets = run && !tickets::run_tickets(training::read_run_summary(*run)).empty();
    if (has_tickets) {
        expanded.runs.clear();
        const auto pretrained =
            arguments.without_pretrained ? tickets::Pretrained::left_out : tickets::Pretrained::included;
        for (const std::string& label : tickets::tickets_of_run(*run, pretrained)) {
            expanded.runs.push_back(run->string() + "@" + label);
        }
    } else if (arguments.without_pretrained) {
        throw ConfigError(
            "--without-pretrained: is for one run that has recorded its tickets (tickets.method); "
            "where tickets are listed, leave the first out");
    }
    return expanded;
}

void check_out(const SuperposeArguments& arguments) {
    if (topology::is_mask_file(arguments.out)) {
        throw ConfigError("--out " + arguments.out +
                          ": a topology file is HDF5, call it .h5; see also espalier export");
    }
    if (!arguments.force && fs::exists(arguments.out)) {
        throw ConfigError("--out " + arguments.out + " exists; --force replaces it");
    }
}

/// Tickets, and their networks as they are superposed.
struct Material {
    std::vector<Ticket> tickets;
    std::size_t target = 0;
    std::vector<topology::StoredNetwork> networks;
    std::vector<std::int64_t> moved_units;

    std::vector<const topology::StoredNetwork*> members() const {
        std::vector<const topology::StoredNetwork*> all;
        for (const topology::StoredNetwork& network : networks) all.push_back(&network);
        return all;
    }
};

Material material(const SuperposeArguments& arguments, const SuperposeMethod& method) {
    Material found{load_tickets(expanded(arguments), 2), 0, {}, {}};
    found.target = target_of(arguments, found.tickets);
    if (method.selects) tickets::require_validation(found.tickets[found.target], method.name);
    return found;
}

/// Where each ticket's units go.
std::vector<topology::Permutations> places(const SuperposeArguments& arguments, tickets::AlignBy by,
                                           const Material& material, const tickets::Evaluation& evaluation) {
    if (arguments.align_to == "mean") {
        std::vector<topology::StoredNetwork> networks;
        for (const Ticket& ticket : material.tickets) {
            tickets::require_feeders(evaluation, ticket.network);
            networks.push_back(ticket.network);
        }
        return tickets::align_to_mean(by, networks);
    }
    std::vector<topology::Permutations> found;
    const topology::StoredNetwork& target = material.tickets[material.target].network;
    for (const Ticket& ticket : material.tickets) {
        const bool is_target = &ticket.network == &target;
        found.push_back(is_target ? topology::identity_permutations(topology::unit_groups(target))
                                  : tickets::align(by, evaluation, target, ticket.network).permutations);
    }
    return found;
}

/// The networks with their units in the places where they resemble each other, or as they are.
void place_units(const SuperposeArguments& arguments, Material& material, const tickets::Evaluation& evaluation) {
    const std::optional<tickets::AlignBy> by = align_by(arguments);
    material.moved_units.assign(material.tickets.size(), 0);
    for (const Ticket& ticket : material.tickets) material.networks.push_back(ticket.network);
    if (!by) return;
    const std::vector<topology::Permutations> permutations = places(arguments, *by, material, evaluation);
    for (std::size_t m = 0; m < material.tickets.size(); ++m) {
        for (const topology::Permutation& permutation : permutations[m]) {
            material.moved_units[m] += static_cast<std::int64_t>(topology::moved_units(permutation));
        }
        material.networks[m] = topology::permuted(material.networks[m], permutations[m]);
    }
}

/// All that is chosen, on validation data alone.
Selected selected(const SuperposeArguments& arguments, const SuperposeMethod& method, const Material& material,
                  const tickets::Evaluation& evaluation, std::span<const double> accuracies) {
    const std::vector<const topology::StoredNetwork*> members = material.members();
    const tickets::SuperposeOptions options = superpose_options(arguments, method, members, material.target);
    const tickets::Recalibration how = tickets::parse_recalibration(arguments.recalibrate);
    const tickets::Score score = [&](const topology::StoredNetwork& network) {
        return evaluation.score(evaluation.recalibrated(network, how), Part::validation).accuracy;
    };
    Selected found = method.work({members, options, accuracies, score});
    found.network = evaluation.recalibrated(std::move(found.network), how);
    if (evaluation.has_validation() && std::isnan(found.validation_accuracy)) {
        found.validation_accuracy = score(found.network);
    }
    return found;
}

std::vector<double> validation_accuracies(const Material& material, const tickets::Evaluation& evaluation) {
    std::vector<double> accuracies;
    for (const Ticket& ticket : material.tickets) {
        accuracies.push_back(evaluation.has_validation() ? evaluation.score(ticket.network, Part::validation).accuracy
                                                         : std::nan(""));
    }
    return accuracies;
}

/// What is reported of it. Here, after everything is chosen, the test set is touched for the first time.
Superposed described(const Material& material, const Selected& chosen, const tickets::Evaluation& evaluation,
                     std::span<const double> accuracies) {
    Superposed facts;
    facts.target = material.tickets[material.target].label;
    facts.trials = chosen.trials;
    facts.density = topology::density(chosen.network.topology);
    facts.validation_accuracy = chosen.validation_accuracy;
    const training::Score test = evaluation.score(chosen.network, Part::test);
    facts.test_accuracy = test.accuracy;
    facts.test_loss = test.loss;
    for (std::size_t m = 0; m < material.tickets.size(); ++m) {
        const double part = chosen.coefficients.empty() ? std::nan("") : chosen.coefficients[m];
        facts.members.push_back({.label = material.tickets[m].label,
                                 .coefficient = part,
                                 .accepted = std::isnan(part) || part > 0,
                                 .density = topology::density(material.networks[m].topology),
                                 .validation_accuracy = accuracies[m],
                                 .test_accuracy = evaluation.score(material.tickets[m].network, Part::test).accuracy,
                                 .moved_units = material.moved_units[m]});
    }
    return facts;
}

int superpose(const SuperposeArguments& arguments) {
    check_out(arguments);
    const SuperposedTicket ticket = superposed_ticket(arguments);
    tickets::write_superposed(arguments.out, ticket.network, ticket.facts, ticket.config);
    report::Json json = {{"out", arguments.out}};
    json.update(report::superposed_json(ticket.facts));
    write_stdout(arguments.json ? report::document(json)
                                : report::superposed_text(ticket.facts) + "written to " + arguments.out + "\n");
    return done;
}

}  // namespace

SuperposedTicket superposed_ticket(const SuperposeArguments& arguments) {
    const SuperposeMethod& method = tickets::superpose_method(arguments.method);
    require_used(arguments, method);
    use_threads(arguments.threads);
    align_by(arguments);  // a mistake there shows before anything is read
    tickets::parse_recalibration(arguments.recalibrate);
    Material found = material(arguments, method);
    const config::RunConfig& config = found.tickets[found.target].config;
    const tickets::Evaluation evaluation(config);
    place_units(arguments, found, evaluation);
    const std::vector<double> accuracies = validation_accuracies(found, evaluation);
    Selected chosen = selected(arguments, method, found, evaluation, accuracies);
    Superposed facts = described(found, chosen, evaluation, accuracies);
    facts.method = method.name;
    facts.options = recorded_options(arguments, method);
    return {std::move(chosen.network), std::move(facts), config::to_toml(config)};
}

Command tickets_superpose_command() {
    return {.name = "superpose",
            .help = "One ticket out of many",
            .example =
                "espalier tickets superpose runs/sup-s0 --method sup_tickets --out ticket.h5\n"
                "  espalier tickets superpose levels/* --method lottery_pools --target 8 --out pool.h5",
            .set_up = [](Parser& app) -> Action {
                const auto arguments = std::make_shared<SuperposeArguments>();
                add_superpose(app, *arguments);
                return [arguments] { return superpose(*arguments); };
            },
            .explain =
                [] {
                    return explained({columns({"ticket", "part", "density", "validation accuracy", "test accuracy"})});
                }};
}

}  // namespace espalier::cli
