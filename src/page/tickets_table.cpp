#include <algorithm>
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

#include <espalier/page/tables.hpp>
#include <espalier/page/ticket_list.hpp>
#include <espalier/page/ticket_overlaps.hpp>
#include <espalier/page/ticket_sentences.hpp>
#include <espalier/page/tickets_table.hpp>

namespace espalier::page {
namespace {

using Tickets = std::vector<PageTicket>;
using Overlaps = std::vector<TicketOverlaps>;

/// No run file holds them, and they cost passes over the data.
const std::string no_barriers =
    " Loss barriers between tickets are in no run file: espalier tickets compare RUN RUN computes them.";

/// A column of overlaps, left out where no row has any.
struct OverlapColumn {
    const char* name;
    double TicketOverlaps::*member;
};
constexpr std::array<OverlapColumn, 6> overlap_columns = {{
    {"IoU with it", &TicketOverlaps::iou_before},
    {"by chance", &TicketOverlaps::chance_before},
    {"NNSTD to it", &TicketOverlaps::nnstd_before},
    {"IoU between seeds", &TicketOverlaps::iou_seeds},
    {"by chance, seeds", &TicketOverlaps::chance_seeds},
    {"NNSTD between seeds", &TicketOverlaps::nnstd_seeds},
}};

void add_overlaps(Json& columns, std::vector<Json>& rows, const Overlaps& overlaps) {
    constexpr int digits = 3;
    for (const OverlapColumn& column : overlap_columns) {
        const auto is_known = [&](const TicketOverlaps& one) { return !std::isnan(one.*column.member); };
        if (std::ranges::none_of(overlaps, is_known)) continue;
        columns.push_back(column_json(column.name, "number"));
        for (std::size_t k = 0; k < rows.size(); ++k)
            rows[k].push_back(rounded_number(overlaps[k].*column.member, digits));
    }
}

std::string before_text(const Tickets& tickets, const PageTicket& ticket, bool is_level) {
    return ticket.before ? ticket_name(tickets[*ticket.before], is_level) : "";
}

Json moment_of_early_stop(const PageRuns& all, const PageTicket& ticket) {
    const sweep::Evaluation* at = all.record(all.runs[ticket.run]).early_stop();
    return at == nullptr ? Json(nullptr) : Json(at->step);
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

bool is_finished(const PageRuns& all, const PageTicket& ticket) {
    return all.record(all.runs[ticket.run]).status == "finished";
}

/// Where a level stands and how it tests.
std::vector<Json> rows_of_levels(const PageRuns& all, const Tickets& tickets, bool has_status) {
    std::vector<Json> rows;
    for (const PageTicket& ticket : tickets) {
        const sweep::RunRecord& record = all.record(all.runs[ticket.run]);
        Json& row = rows.emplace_back(Json::array({ticket.of, ticket.number, text_or_null(ticket.control)}));
        if (has_status) row.push_back(record.status);
        for (const double share :
             {ticket.density, ticket.test_accuracy, ticket.validation_accuracy, record.result("best_test_accuracy")}) {
            row.push_back(report::number(share));
        }
        row.push_back(moment_of_early_stop(all, ticket));
        row.push_back(text_or_null(before_text(tickets, ticket, true)));
    }
    return rows;
}

Json levels_table(const PageRuns& all, const Tickets& tickets, const Overlaps& overlaps) {
    const bool has_status = !std::ranges::all_of(tickets, [&](const PageTicket& t) { return is_finished(all, t); });
    Json columns = {column_json("chain", "text"), column_json("level", "number"), column_json("control", "text")};
    if (has_status) columns.push_back(column_json("status", "text"));
    for (const char* name : {"density", "test accuracy", "validation accuracy", "at best validation"}) {
        columns.push_back(column_json(name, "percent"));
    }
    columns.push_back(column_json("lowest validation loss at step", "number"));
    columns.push_back(column_json("compared with", "text"));
    std::vector<Json> rows = rows_of_levels(all, tickets, has_status);
    add_overlaps(columns, rows, overlaps);
    return {{"id", "levels"},
            {"title", "Tickets, level by level"},
            {"hint",
             "level 0 is dense; masks are compared with the level before, those of a control with its ticket's, "
             "and with those of other seeds"},
            {"columns", std::move(columns)},
            {"rows", std::move(rows)},
            {"sentence", lottery_sentence(all, tickets, overlaps) + no_barriers}};
}

Json within_table(const Tickets& tickets, const Overlaps& overlaps) {
    Json columns = {column_json("run", "text"),
                    column_json("ticket", "number"),
                    column_json("end of its phase", "number"),
                    column_json("snapshot", "number"),
                    column_json("validation accuracy", "percent"),
                    column_json("test accuracy", "percent"),
                    column_json("density", "percent"),
                    column_json("compared with", "text")};
    std::vector<Json> rows;
    for (const PageTicket& ticket : tickets) {
        rows.push_back({ticket.of, ticket.number, ticket.step,
                        ticket.snapshot.empty() ? Json(nullptr) : Json(std::stoll(ticket.snapshot)),
                        report::number(ticket.validation_accuracy), report::number(ticket.test_accuracy),
                        report::number(ticket.density), text_or_null(before_text(tickets, ticket, false))});
    }
    add_overlaps(columns, rows, overlaps);
    return {{"id", "tickets"},
            {"title", "Tickets within runs"},
            {"hint", "snapshots that runs left as tickets; 0 is the network before the first phase"},
            {"columns", std::move(columns)},
            {"rows", std::move(rows)},
            {"sentence", tickets_within_sentence(tickets, overlaps) + no_barriers}};
}

}  // namespace

std::vector<Json> tickets_tables(const PageRuns& all, std::vector<std::string>& left_out, const Tell& tell) {
    std::vector<Json> tables;
    const Tickets levels = lottery_tickets(all);
    if (!levels.empty()) {
        const Overlaps overlaps = ticket_overlaps(all, levels, left_out, part_of(tell, 0.0, 0.5));
        tables.push_back(levels_table(all, levels, overlaps));
    }
    const Tickets within = tickets_within(all);
    if (!within.empty()) {
        const Overlaps overlaps = ticket_overlaps(all, within, left_out, part_of(tell, 0.5, 1.0));
        tables.push_back(within_table(within, overlaps));
    }
    return tables;
}

}  // namespace espalier::page
