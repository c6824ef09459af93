#pragma once

#include <string>
#include <vector>

#include <espalier/page/ticket_list.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::page {

/// Matchings that distances between tickets may take, in units of matching_work(): some 5 s on one core.
inline constexpr double most_ticket_matching_work = 1e8;
/// Kept weights of all tickets' masks that are held in memory at once, at most.
inline constexpr double most_ticket_edges = 40e6;

/// What a ticket's mask has in common with others; NaN where that is not known.
struct TicketOverlaps {
    double iou_before = 0.0;     ///< with PageTicket::before
    double chance_before = 0.0;  ///< of independent masks of these densities
    double nnstd_before = 0.0;
    double iou_seeds = 0.0;  ///< mean over the same ticket of runs that differ in the seed alone
    double chance_seeds = 0.0;
    double nnstd_seeds = 0.0;
};

/// One a ticket. Masks are read from the runs' files.
/// @param left_out  gets a line for what limits of memory and time, or masks that cannot be compared, kept away
/// Cost: bounded by most_ticket_edges and most_ticket_matching_work: pairs of the sparsest masks come first.
/// @throws FormatError, IoError where a snapshot cannot be read
std::vector<TicketOverlaps> ticket_overlaps(const PageRuns& all, const std::vector<PageTicket>& tickets,
                                            std::vector<std::string>& left_out, const Tell& tell);

}  // namespace espalier::page
