#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include <espalier/page/numbers.hpp>
#include <espalier/page/ticket_sentences.hpp>

namespace espalier::page {
namespace {

/// Means over what is known of the numbers that come.
struct RunningMean {
    double sum = 0.0;
    std::size_t count = 0;

    void add(double value) {
        if (std::isnan(value)) return;
        sum += value;
        ++count;
    }
    double mean() const { return count == 0 ? std::nan("") : sum / static_cast<double>(count); }
};

/// The chains of one lottery at one level.
struct LevelMean {
    std::int64_t number = 0;
    std::string control;
    RunningMean accuracy;
    RunningMean density;
    RunningMean iou_seeds;
    RunningMean chance_seeds;
};

/// Levels in their order, controls behind their ticket.
using LotteryMeans = std::vector<LevelMean>;

bool is_counted(const PageRuns& all, std::size_t run) {
    const std::vector<std::size_t>& counted = all.groups[all.runs[run].group].counted;
    return std::ranges::find(counted, run) != counted.end();
}

/// By the group of each chain's first level: chains that differ in the seed alone are one lottery.
std::map<std::size_t, LotteryMeans> means_of_lotteries(const PageRuns& all, const std::vector<PageTicket>& tickets,
                                                       const std::vector<TicketOverlaps>& overlaps) {
    std::map<std::size_t, LotteryMeans> lotteries;
    std::size_t lottery = 0;
    for (std::size_t k = 0; k < tickets.size(); ++k) {
        const PageTicket& ticket = tickets[k];
        if (k == 0 || tickets[k - 1].home != ticket.home) lottery = all.runs[ticket.run].group;
        LotteryMeans& levels = lotteries[lottery];
        const auto is_level = [&](const LevelMean& level) {
            return level.number == ticket.number && level.control == ticket.control;
        };
        auto level = std::ranges::find_if(levels, is_level);
        if (level == levels.end()) {
            levels.push_back({.number = ticket.number, .control = ticket.control});
            level = std::prev(levels.end());
        }
        if (is_counted(all, ticket.run)) level->accuracy.add(ticket.test_accuracy);
        level->density.add(ticket.density);
        level->iou_seeds.add(overlaps[k].iou_seeds);
        level->chance_seeds.add(overlaps[k].chance_seeds);
    }
    for (auto& [group, levels] : lotteries) {
        std::ranges::stable_sort(levels, {}, [](const LevelMean& l) { return std::tie(l.number, l.control); });
    }
    return lotteries;
}

std::string level_text(const LevelMean& level) {
    return "level " + std::to_string(level.number) + " (" + share_text(level.density.mean()) + " of the weights)";
}

/// Whether pruning costs accuracy; empty where there is no dense network to compare with.
std::string winning_text(const LotteryMeans& levels) {
    const LevelMean& dense = levels.front();
    if (dense.number != 0 || std::isnan(dense.accuracy.mean())) return "";
    const LevelMean* sparsest = nullptr;
    const LevelMean* closest = nullptr;
    for (const LevelMean& level : levels) {
        const double accuracy = level.accuracy.mean();
        if (level.number == 0 || !level.control.empty() || std::isnan(accuracy)) continue;
        if (accuracy >= dense.accuracy.mean()) sparsest = &level;
        if (closest == nullptr || accuracy > closest->accuracy.mean()) closest = &level;
    }
    const std::string of_dense = share_text(dense.accuracy.mean());
    if (sparsest != nullptr) {
        return " The sparsest that tests no worse than level 0 (" + of_dense + ") is " + level_text(*sparsest) +
               ", with " + share_text(sparsest->accuracy.mean()) + ".";
    }
    if (closest == nullptr) return "";
    return " No pruned level tests as well as level 0 (" + of_dense + "); closest comes " + level_text(*closest) +
           ", with " + share_text(closest->accuracy.mean()) + ".";
}

/// Controls against the ticket, at the last level that has any.
std::string controls_text(const LotteryMeans& levels) {
    std::int64_t last = -1;
    for (const LevelMean& level : levels) {
        if (!level.control.empty() && !std::isnan(level.accuracy.mean())) last = level.number;
    }
    double ticket = std::nan("");
    std::vector<std::string> parts;
    for (const LevelMean& level : levels) {
        if (level.number != last) continue;
        const double accuracy = level.accuracy.mean();
        if (level.control.empty()) ticket = accuracy;
        if (level.control.empty() || std::isnan(accuracy) || std::isnan(ticket)) continue;
        const double points = 100.0 * (accuracy - ticket);
        parts.push_back(fmt::format("{} tests {:.1f} points {} the ticket", level.control, std::abs(points),
                                    points < 0.0 ? "below" : "above"));
    }
    return parts.empty() ? "" : " At level " + std::to_string(last) + " " + and_text(parts) + ".";
}

/// Of the sparsest level, whose masks say most.
std::string seeds_text(const LotteryMeans& levels) {
    for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
        if (!level->control.empty() || std::isnan(level->iou_seeds.mean()) || level->number == 0) continue;
        return fmt::format(" Masks of two seeds at level {} have an IoU of {:.2g}; independent ones would have {:.2g}.",
                           level->number, level->iou_seeds.mean(), level->chance_seeds.mean());
    }
    return "";
}

std::string lottery_text(const LotteryMeans& levels) {
    return "Levels " + std::to_string(levels.front().number) + " to " + std::to_string(levels.back().number) + "." +
           winning_text(levels) + controls_text(levels) + seeds_text(levels);
}

}  // namespace

std::string lottery_sentence(const PageRuns& all, const std::vector<PageTicket>& tickets,
                             const std::vector<TicketOverlaps>& overlaps) {
    constexpr std::size_t most_told = 3;
    const std::map<std::size_t, LotteryMeans> lotteries = means_of_lotteries(all, tickets, overlaps);
    std::set<std::string> chains;
    for (const PageTicket& ticket : tickets) chains.insert(ticket.home);
    std::string text = count_text(tickets.size(), "run") + " of " + count_text(chains.size(), "chain") + ".";
    std::size_t told = 0;
    for (const auto& [group, levels] : lotteries) {
        if (told++ == most_told) break;
        text += ' ';
        if (lotteries.size() > 1) text += all.groups[group].label + ": ";
        text += lottery_text(levels);
    }
    if (lotteries.size() <= most_told) return text;
    return text + " " + std::to_string(lotteries.size() - most_told) + " more lotteries are in the table alone.";
}

std::string tickets_within_sentence(const std::vector<PageTicket>& tickets,
                                    const std::vector<TicketOverlaps>& overlaps) {
    std::set<std::string> runs;
    RunningMean kept;
    const PageTicket* best = nullptr;
    for (std::size_t k = 0; k < tickets.size(); ++k) {
        runs.insert(tickets[k].home);
        kept.add(overlaps[k].iou_before);
        const bool is_better = best == nullptr || tickets[k].test_accuracy > best->test_accuracy;
        if (!std::isnan(tickets[k].test_accuracy) && is_better) best = &tickets[k];
    }
    std::string text = count_text(tickets.size(), "ticket") + " of " + count_text(runs.size(), "run") + ".";
    if (best != nullptr) {
        text += " Ticket " + std::to_string(best->number) + " of " + best->of + " tests best, with " +
                share_text(best->test_accuracy) + ".";
    }
    if (kept.count == 0) return text;
    return text + fmt::format(" Masks have an IoU of {:.2g} with the ticket before, on average.", kept.mean());
}

}  // namespace espalier::page
