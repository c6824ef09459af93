#include <algorithm>
#include <cmath>
#include <numeric>

#include <espalier/base/text/error.hpp>
#include <espalier/page/course.hpp>
#include <espalier/page/matching_work.hpp>
#include <espalier/page/numbers.hpp>
#include <espalier/page/ticket_overlaps.hpp>
#include <espalier/tickets/ticket_overlap.hpp>
#include <espalier/topology/distance/comparison.hpp>
#include <espalier/topology/registry.hpp>

namespace espalier::page {
namespace {

using topology::Topology;

/// Two tickets whose masks are compared.
struct Pair {
    std::size_t first = 0;
    std::size_t second = 0;
    bool is_of_seeds = false;  ///< else `first` is what was before `second`
    double work = 0.0;
    double iou = std::nan("");
    double chance = std::nan("");
    double nnstd = std::nan("");
};

bool are_peers(const PageRuns& all, const PageTicket& a, const PageTicket& b) {
    return a.run != b.run && all.runs[a.run].group == all.runs[b.run].group && a.number == b.number &&
           a.control == b.control;
}

std::vector<Pair> pairs_of_tickets(const PageRuns& all, const std::vector<PageTicket>& tickets) {
    std::vector<Pair> pairs;
    for (std::size_t k = 0; k < tickets.size(); ++k) {
        if (tickets[k].before) pairs.push_back({.first = *tickets[k].before, .second = k});
        for (std::size_t other = 0; other < k; ++other) {
            if (are_peers(all, tickets[other], tickets[k])) {
                pairs.push_back({.first = other, .second = k, .is_of_seeds = true});
            }
        }
    }
    return pairs;
}

/// The masks in the order of the tickets, no layers where one is not stored or there is no room.
std::vector<Topology> read_masks(const PageRuns& all, const std::vector<PageTicket>& tickets,
                                 std::vector<std::string>& left_out, const Tell& tell) {
    std::vector<Topology> masks(tickets.size());
    double held = 0.0;
    std::size_t too_many = 0;
    for (std::size_t k = 0; k < tickets.size(); ++k) {
        const PageRun& run = all.runs[tickets[k].run];
        if (tickets[k].snapshot.empty()) continue;
        held += kept_weights(run, tickets[k].density);
        if (held > most_ticket_edges) {
            ++too_many;
            continue;
        }
        tell(share_of(k, tickets.size()), "masks of tickets, " + run.label);
        masks[k] = std::move(read_snapshots(all, run, {tickets[k].snapshot}).front());
        for (topology::Layer& layer : masks[k].layers) layer.values = {};
    }
    if (too_many > 0) {
        left_out.push_back("overlaps of " + count_text(too_many, "ticket") +
                           ": more masks would not fit into memory; espalier tickets compare takes some of them");
    }
    return masks;
}

/// Files say what they like: masks of two shapes are not compared.
void drop_what_differs(std::vector<Pair>& pairs, const std::vector<Topology>& masks,
                       std::vector<std::string>& left_out) {
    std::erase_if(pairs, [&](const Pair& pair) {
        const Topology& a = masks[pair.first];
        const Topology& b = masks[pair.second];
        if (a.layers.empty() || b.layers.empty()) return true;
        try {
            topology::require_comparable(a, b, "overlaps of tickets");
            return false;
        } catch (const FormatError& error) {
            left_out.emplace_back(error.what());
            return true;
        }
    });
}

/// Fills the distances in, those that take least time first.
void put_distances(std::vector<Pair>& pairs, const std::vector<Topology>& masks, std::vector<std::string>& left_out,
                   const Tell& tell) {
    std::vector<std::size_t> order(pairs.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (Pair& pair : pairs) pair.work = matching_work(masks[pair.first]) + matching_work(masks[pair.second]);
    std::ranges::stable_sort(order, {}, [&](std::size_t k) { return pairs[k].work; });
    double work = 0.0;
    std::size_t done = 0;
    for (; done < order.size(); ++done) {
        Pair& pair = pairs[order[done]];
        work += pair.work / 2.0;
        if (work > most_ticket_matching_work) break;
        tell(share_of(done, order.size()), "distances between tickets");
        const Topology& first = masks[pair.first];
        const std::vector<double> layers = topology::measure(distance_for(first), first, masks[pair.second]).values;
        pair.nnstd = std::accumulate(layers.begin(), layers.end(), 0.0) / static_cast<double>(layers.size());
    }
    if (done == order.size()) return;
    left_out.push_back("NNSTD of " + std::to_string(order.size() - done) + " of " + count_text(order.size(), "pair") +
                       " of tickets, the densest: they would take minutes; espalier distance --metric nnstd has them");
}

/// The mean of what the pairs of one ticket have; NaN without any.
double mean_over(const std::vector<Pair>& pairs, std::size_t ticket, double Pair::*member) {
    double sum = 0.0;
    double count = 0.0;
    for (const Pair& pair : pairs) {
        if (!pair.is_of_seeds || (pair.first != ticket && pair.second != ticket)) continue;
        sum += pair.*member;
        count += 1.0;
    }
    return count > 0.0 ? sum / count : std::nan("");
}

TicketOverlaps overlaps_of(const std::vector<Pair>& pairs, std::size_t ticket) {
    const auto found =
        std::ranges::find_if(pairs, [&](const Pair& pair) { return !pair.is_of_seeds && pair.second == ticket; });
    const Pair before = found == pairs.end() ? Pair{} : *found;
    return {.iou_before = before.iou,
            .chance_before = before.chance,
            .nnstd_before = before.nnstd,
            .iou_seeds = mean_over(pairs, ticket, &Pair::iou),
            .chance_seeds = mean_over(pairs, ticket, &Pair::chance),
            .nnstd_seeds = mean_over(pairs, ticket, &Pair::nnstd)};
}

}  // namespace

std::vector<TicketOverlaps> ticket_overlaps(const PageRuns& all, const std::vector<PageTicket>& tickets,
                                            std::vector<std::string>& left_out, const Tell& tell) {
    std::vector<Pair> pairs = pairs_of_tickets(all, tickets);
    const std::vector<Topology> masks = read_masks(all, tickets, left_out, part_of(tell, 0.0, 0.5));
    drop_what_differs(pairs, masks, left_out);
    for (Pair& pair : pairs) {
        const tickets::Overlap overlap = tickets::overlap(masks[pair.first], masks[pair.second]).total;
        pair.iou = overlap.iou;
        pair.chance = overlap.expected_iou;
    }
    put_distances(pairs, masks, left_out, part_of(tell, 0.5, 1.0));
    std::vector<TicketOverlaps> overlaps;
    for (std::size_t k = 0; k < tickets.size(); ++k) overlaps.push_back(overlaps_of(pairs, k));
    return overlaps;
}

}  // namespace espalier::page
