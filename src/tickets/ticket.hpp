#pragma once

#include <functional>
#include <string>
#include <vector>

#include <espalier/config/run_config.hpp>
#include <espalier/topology/files/stored_network.hpp>

/// Lottery tickets: finding them, comparing them, superposing many into one.
namespace espalier::tickets {

/// A trained sub-network: its mask, weights and other parameters, and the configuration that says what it is for.
struct Ticket {
    std::string label;  ///< what tables and JSON call it: the argument it was asked for by
    topology::StoredNetwork network;
    config::RunConfig config;  ///< resolved: of the run, or as recorded beside the ticket
};

/// How tickets are read.
struct TicketOptions {
    /// A configuration for tickets that bring none, or a few keys of one (masks and weights from elsewhere), which
    /// stand over it; empty: none.
    std::string config = {};
    /// Assignments "key=value" over every ticket's configuration: where data lie now, for instance.
    std::vector<std::string> assignments = {};
    /// Gets a line for each thing that was left out or guessed, once all tickets are read; unset: nobody is told.
    std::function<void(const std::string&)> notice = {};
};

/// The tickets that arguments name, with all their parameters: run files, folders, `run.h5@STEP`, `run.h5@all`,
/// topology files, as topology/files/sources.hpp has it.
///
/// @throws ConfigError where there is no such file, nothing says what data a ticket is for, or it has parameters for
/// which the configured model has no place (naming them all); FormatError where a ticket has no weights (a run with
/// snapshots.weights = false), or some that are not finite
std::vector<Ticket> read_tickets(const std::vector<std::string>& arguments, const TicketOptions& options = {});

}  // namespace espalier::tickets
