#include <algorithm>
#include <map>
#include <tuple>

#include <espalier/base/formats/zero_padded.hpp>
#include <espalier/page/ticket_list.hpp>
#include <espalier/tickets/level_folder.hpp>
#include <espalier/tickets/run_tickets.hpp>

namespace espalier::page {
namespace {

/// Of every ticket the nearest level of its chain before it; of controls the ticket of their own level.
void put_what_was_before(std::vector<PageTicket>& tickets) {
    for (std::size_t k = 1; k < tickets.size(); ++k) {
        for (std::size_t before = k; before-- > 0;) {
            const PageTicket& other = tickets[before];
            if (other.home != tickets[k].home) break;
            const bool is_of_level = other.number == tickets[k].number;
            if (!other.control.empty() || (is_of_level && tickets[k].control.empty())) continue;
            if (is_of_level || tickets[k].control.empty()) tickets[k].before = before;
            break;
        }
    }
}

/// Dense networks alone in a folder called "level-00" are no lottery.
void leave_out_single(std::vector<PageTicket>& tickets) {
    std::map<std::string, std::size_t> levels;
    for (const PageTicket& ticket : tickets) ++levels[ticket.home];
    std::erase_if(tickets, [&](const PageTicket& ticket) { return levels[ticket.home] == 1 && ticket.number == 0; });
}

PageTicket level_of(const PageRuns& all, std::size_t run, const tickets::LevelPlace& place) {
    const sweep::RunRecord& record = all.record(all.runs[run]);
    PageTicket ticket{.run = run,
                      .of = place.name,
                      .home = place.chain,
                      .number = static_cast<std::int64_t>(place.number),
                      .control = place.control};
    const std::vector<std::string>& snapshots = all.runs[run].summary.snapshots;
    if (!snapshots.empty()) ticket.snapshot = snapshots.back();  // masks of a level stay
    ticket.validation_accuracy = record.result("validation_accuracy");
    ticket.test_accuracy = record.result("test_accuracy");
    ticket.density = record.result("density");
    return ticket;
}

PageTicket ticket_of(const PageRuns& all, std::size_t run, const tickets::RunTicket& found) {
    constexpr std::size_t digits_of_label = 9;
    const std::string label = zero_padded(found.snapshot, digits_of_label);
    const bool is_stored = std::ranges::count(all.runs[run].summary.snapshots, label) > 0;
    return {.run = run,
            .of = all.runs[run].label,
            .home = all.record(all.runs[run]).file.string(),
            .number = found.ticket,
            .control = "",
            .step = found.step,
            .snapshot = is_stored ? label : "",
            .validation_accuracy = found.validation_accuracy,
            .test_accuracy = found.test_accuracy,
            .density = found.density};
}

}  // namespace

std::vector<PageTicket> lottery_tickets(const PageRuns& all) {
    std::vector<PageTicket> tickets;
    for (std::size_t run = 0; run < all.runs.size(); ++run) {
        const sweep::RunRecord& record = all.record(all.runs[run]);
        if (!record.has_whole_config()) continue;  // what is not said does not make a lottery
        const auto place = tickets::level_place(record.file, record.config);
        if (place) tickets.push_back(level_of(all, run, *place));
    }
    std::ranges::stable_sort(tickets, {}, [](const PageTicket& t) { return std::tie(t.home, t.number, t.control); });
    leave_out_single(tickets);
    put_what_was_before(tickets);
    return tickets;
}

std::vector<PageTicket> tickets_within(const PageRuns& all) {
    std::vector<PageTicket> tickets;
    for (std::size_t run = 0; run < all.runs.size(); ++run) {
        for (const tickets::RunTicket& found : tickets::run_tickets(all.runs[run].summary)) {
            tickets.push_back(ticket_of(all, run, found));
        }
    }
    put_what_was_before(tickets);
    return tickets;
}

std::string ticket_name(const PageTicket& ticket, bool is_level) {
    return (is_level ? "level " : "ticket ") + std::to_string(ticket.number) +
           (ticket.control.empty() ? "" : ", " + ticket.control);
}

}  // namespace espalier::page
