#include <algorithm>
#include <map>
#include <tuple>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/level_agenda.hpp>
#include <espalier/tickets/level_ticket.hpp>

namespace espalier::tickets {
namespace {

namespace fs = std::filesystem;
using sweep::Item;
using sweep::Step;

bool is_to_run(const Item& item) {
    return item.step == Step::start || item.step == Step::resume || item.step == Step::replace;
}

/// The runs that a level's ticket is made of; none of level 0.
std::vector<std::size_t> sources(const Level& level) {
    if (!level.parent) return {};
    if (*level.parent == level.first) return {level.first};
    return {level.first, *level.parent};
}

/// Why the run on the disk is not that of the ticket that its parents give; empty where it is.
std::string staleness(const Finding& finding, const std::vector<Level>& levels, const std::vector<Item>& agenda,
                      std::size_t place, const fs::path& out) {
    for (const std::size_t source : sources(levels[place])) {
        if (agenda[source].step != Step::skip) {
            return "it comes from " + levels[source].point.name + ", which is to be trained first";
        }
    }
    const fs::path file = ticket_file(levels[place], out);
    try {
        if (holds_ticket(file, level_ticket(finding, levels, place, out))) return "";
    } catch (const Error& error) {
        return "its ticket cannot be made again: " + std::string(error.what());
    }
    return "its ticket.h5 is not the one that " + levels[*levels[place].parent].point.name + " gives";
}

}  // namespace

std::vector<Item> level_agenda(const Finding& finding, const std::vector<Level>& levels, const fs::path& out,
                               const sweep::Policy& policy) {
    std::vector<sweep::Point> points;
    for (const Level& level : levels) points.push_back(level.point);
    std::vector<Item> agenda = sweep::make_agenda(std::move(points), out, policy);
    for (std::size_t k = 0; k < levels.size(); ++k) {
        Item& item = agenda[k];
        const bool has_weights_of_others = levels[k].parent && item.state.status != "absent";
        if (!has_weights_of_others || item.step == Step::refuse) continue;
        const std::string why = staleness(finding, levels, agenda, k, out);
        if (why.empty()) continue;
        item.state.changes.push_back(why);
        item.step = sweep::next_step(item.state, policy);
    }
    return agenda;
}

std::vector<std::size_t> level_order(const std::vector<Level>& levels, const std::vector<Item>& agenda) {
    std::vector<bool> will_be_there(levels.size());
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const auto all = sources(levels[k]);
        const bool can_run =
            is_to_run(agenda[k]) && std::ranges::all_of(all, [&](std::size_t s) { return will_be_there[s]; });
        will_be_there[k] = agenda[k].step == Step::skip || can_run;
        if (can_run) order.push_back(k);
    }
    std::ranges::stable_sort(
        order, {}, [&](std::size_t k) { return std::make_pair(levels[k].number, !levels[k].control.empty()); });
    return order;
}

std::vector<sweep::Job> level_jobs(const std::vector<Level>& levels, const std::vector<Item>& agenda,
                                   const std::vector<std::size_t>& order) {
    std::map<std::size_t, std::size_t> job_of_level;
    for (std::size_t j = 0; j < order.size(); ++j) job_of_level[order[j]] = j;
    std::vector<sweep::Job> jobs;
    for (const std::size_t k : order) {
        sweep::Job job = sweep::job_of(agenda[k]);
        for (const std::size_t source : sources(levels[k])) {
            const auto found = job_of_level.find(source);
            if (found != job_of_level.end()) job.after.push_back(found->second);
        }
        jobs.push_back(std::move(job));
    }
    return jobs;
}

void prepare_level(const Finding& finding, const std::vector<Level>& levels, const std::vector<Item>& agenda,
                   std::size_t place, const fs::path& out) {
    const Level& level = levels[place];
    if (level.parent) {
        const topology::StoredNetwork ticket = level_ticket(finding, levels, place, out);
        if (!holds_ticket(ticket_file(level, out), ticket)) write_ticket(level, ticket, out);
    }
    sweep::prepare(agenda[place]);
}

}  // namespace espalier::tickets
