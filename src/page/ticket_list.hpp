#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <espalier/page/page_runs.hpp>

namespace espalier::page {

/// A ticket of one of the page's runs: what a level of `espalier tickets find` trained, or a snapshot that a run left
/// on its way (/metrics/tickets).
struct PageTicket {
    std::size_t run = 0;      ///< place in PageRuns::runs
    std::string of;           ///< where it comes from: the lottery's chain, or the run
    std::string home;         ///< the same without doubt: the chain's folder, or the run's file
    std::int64_t number = 0;  ///< of the level, or of the ticket within its run; 0 is the network before all pruning
    std::string control;      ///< of a lottery's control: what it is called; else empty
    std::int64_t step = 0;    ///< within a run: the end of its phase
    std::string snapshot;     ///< the label of its mask; empty where none is stored
    double validation_accuracy = 0.0;  ///< NaN where it was not measured, as all numbers here
    double test_accuracy = 0.0;
    double density = 0.0;
    std::optional<std::size_t> before = {};  ///< the ticket that it comes from; of a control the one that it controls
};

/// The levels of all lotteries among the runs, chain by chain and level by level, controls behind their ticket.
std::vector<PageTicket> lottery_tickets(const PageRuns& all);

/// The tickets that runs have left on their way, run by run.
/// @throws FormatError where a table of a run is not one of tickets
std::vector<PageTicket> tickets_within(const PageRuns& all);

/// "level 3, random_mask", "ticket 2".
std::string ticket_name(const PageTicket& ticket, bool is_level);

}  // namespace espalier::page
