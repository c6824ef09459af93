#pragma once

#include <string>
#include <vector>

#include <espalier/page/ticket_list.hpp>
#include <espalier/page/ticket_overlaps.hpp>

namespace espalier::page {

/// What is seen of lotteries: which level is the sparsest that tests no worse than the dense network, where controls
/// of the sparsest level lie, and what masks of different seeds have in common. Means are over finished runs.
/// @param overlaps  one a ticket
std::string lottery_sentence(const PageRuns& all, const std::vector<PageTicket>& tickets,
                             const std::vector<TicketOverlaps>& overlaps);

/// What is seen of tickets that runs left on their way: how many, which tests best, how much one keeps of the one
/// before.
std::string tickets_within_sentence(const std::vector<PageTicket>& tickets,
                                    const std::vector<TicketOverlaps>& overlaps);

}  // namespace espalier::page
