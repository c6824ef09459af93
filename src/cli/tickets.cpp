#include <espalier/base/error.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/options.hpp>
#include <espalier/cli/tickets.hpp>
#include <espalier/tickets/architecture.hpp>

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

std::vector<tickets::Ticket> load_tickets(const TicketArguments& arguments, std::size_t fewest) {
    std::vector<tickets::Ticket> tickets = tickets::read_tickets(arguments.runs, arguments.reading);
    if (tickets.size() < fewest) {
        throw ConfigError("tickets: " + std::to_string(tickets.size()) + " given, at least " + std::to_string(fewest) +
                          " are needed; a run's snapshots are run.h5@STEP, @all or @tickets");
    }
    tickets::require_same_architecture(tickets);
    tickets::require_same_data(tickets);
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
