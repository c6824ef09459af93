#pragma once

#include <functional>
#include <string>
#include <vector>

#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/parser.hpp>
#include <espalier/tickets/ticket.hpp>

/// `espalier tickets`: one file a command, tickets_<name>.cpp.
namespace espalier::cli {

Command tickets_compare_command();
Command tickets_ensemble_command();
Command tickets_superpose_command();
Command tickets_find_command();

/// What all of them take: the positional RUN..., --config, --set.
struct TicketArguments {
    std::vector<std::string> runs;
    tickets::TicketOptions reading;
};

void add_tickets(Parser& app, TicketArguments& arguments);

/// --recalibrate. @param whose  the beginning of its help: "Of networks on a line"
void add_recalibrate(Parser& app, std::string& how, const std::string& whose,
                     const std::string& by_default = "batches");

/// Says of a network without biases that they count as 0: of one whose file has lost them this is another network.
void say_missing_biases(const tickets::Ticket& ticket, const std::function<void(const std::string&)>& notice);

/// The tickets, which are of one architecture and for the same data. Notices go to stderr, unless the arguments say
/// otherwise.
/// @throws ConfigError also where there are fewer than `fewest`
std::vector<tickets::Ticket> load_tickets(const TicketArguments& arguments, std::size_t fewest);

}  // namespace espalier::cli
