#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/base/text/text.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/tickets.hpp>
#include <espalier/cli/terminal/options.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/config/model_check.hpp>
#include <espalier/tickets/architecture.hpp>
#include <espalier/tickets/recalibration.hpp>

namespace espalier::cli {

void add_tickets(Parser& app, TicketArguments& arguments) {
    app.add_option(
           "RUN", arguments.runs,
           "Tickets: run.h5 or its folder (the last snapshot), run.h5@STEP, @all, @tickets (those of its phases), a "
           "topology file")
        .required();
    app.add_option("--config", arguments.reading.config, "Configuration of tickets that bring none: data and model")
        .type_name("FILE");
    add_set(app, arguments.reading.assignments);
}

void add_recalibrate(Parser& app, std::string& how, const std::string& whose, const std::string& by_default) {
    std::string help = whose + ", running statistics of batch normalisation are taken anew (" + by_default + "):";
    for (const auto& entry : tickets::recalibrations()) help += "\n" + entry.name + ": " + entry.help;
    app.add_option("--recalibrate", how, help).type_name("HOW");
}

void say_missing_biases(const tickets::Ticket& ticket, const std::function<void(const std::string&)>& notice) {
    if (config::takes_images(ticket.config))
        return;  // many of their layers have none; where one is missing, it is refused
    std::vector<std::string> without;
    for (const topology::Layer& layer : ticket.network.topology.layers) {
        const auto is_its_bias = [&](const topology::StoredParameter& parameter) {
            return parameter.layer == layer.name && parameter.name == "bias";
        };
        if (std::ranges::none_of(ticket.network.parameters, is_its_bias)) without.push_back(layer.name);
    }
    if (!without.empty()) notice(ticket.label + ": holds no bias of " + join(without) + "; counted as 0");
}

std::vector<tickets::Ticket> load_tickets(const TicketArguments& arguments, std::size_t fewest) {
    tickets::TicketOptions reading = arguments.reading;
    if (!reading.notice) reading.notice = write_note;
    std::vector<tickets::Ticket> tickets = tickets::read_tickets(arguments.runs, reading);
    if (tickets.size() < fewest) {
        throw ConfigError("tickets: " + std::to_string(tickets.size()) + " given, at least " + std::to_string(fewest) +
                          " are needed; a run's snapshots are run.h5@STEP, @all or @tickets");
    }
    tickets::require_same_architecture(tickets);
    tickets::require_same_data(tickets);
    for (const tickets::Ticket& ticket : tickets) say_missing_biases(ticket, reading.notice);
    return tickets;
}

Command tickets_command() {
    return {.name = "tickets",
            .help = "Lottery tickets: find them, compare them, superpose many into one",
            .example = "espalier tickets compare runs/set-s0 runs/set-s1 --json",
            .commands = {tickets_find_command(), tickets_compare_command(), tickets_ensemble_command(),
                         tickets_superpose_command()}};
}

}  // namespace espalier::cli
