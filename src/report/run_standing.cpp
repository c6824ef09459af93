#include <cmath>

#include <fmt/format.h>

#include <espalier/base/files/owner_file.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/report/run_standing.hpp>
#include <espalier/report/table.hpp>
#include <espalier/sweep/log_tail.hpp>
#include <espalier/training/run/writer_lock.hpp>

namespace espalier::report {
namespace {

using sweep::Item;
using sweep::QueuedElement;

/// "230/5000": the step of the last published evaluation, and how many there will be; "230" while that is not known.
std::string steps_text(const sweep::RunRecord& record) {
    if (record.evaluations.empty()) return "0";
    const sweep::Evaluation& last = record.evaluations.back();
    if (!record.has_whole_config() || !(last.epoch > 0.0)) return std::to_string(last.step);
    const double steps_of_epoch = static_cast<double>(last.step) / last.epoch;
    const auto all = std::llround(steps_of_epoch * static_cast<double>(record.config.training.epochs));
    return fmt::format("{}/{}", last.step, all);
}

std::string accuracy_text(const sweep::RunRecord& record) {
    const double tested = record.result("test_accuracy");
    const double accuracy = std::isnan(tested) ? record.result("validation_accuracy") : tested;
    return std::isnan(accuracy) ? "" : "  " + percent(accuracy);
}

std::string place_of_run(const Item& item, const QueuedElement* holder) {
    if (holder != nullptr && !holder->node.empty()) return holder->node;
    const auto elsewhere = owner_elsewhere(training::owner_file(item.folder / "run.h5"));
    return elsewhere ? elsewhere->host : host_name();
}

std::string failure_text(const Item& item) {
    if (item.state.status == "unreadable") return item.state.record.reason;
    const std::string told = item.state.record.failure();
    return told.empty() ? sweep::last_line(item.folder / "log.txt") : told;
}

std::string queued_text(const QueuedElement& holder) {
    if (holder.is_running()) return "queued (in a job that runs on " + holder.node + ")";
    return "queued (" + (holder.state == "PENDING" ? holder.reason : holder.state) + ")";
}

}  // namespace

std::string run_standing(const Item& item, const QueuedElement* holder) {
    const std::string& status = item.state.status;
    const sweep::RunRecord& record = item.state.record;
    if (status == "finished") return "finished" + accuracy_text(record);
    if (status == "failed" || status == "unreadable") return "failed: " + excerpt(failure_text(item), 300);
    if (status == "running") {
        return "running " + steps_text(record) + accuracy_text(record) + "  " + place_of_run(item, holder);
    }
    const bool has_begun = status == "interrupted";
    if (holder != nullptr) return queued_text(*holder) + (has_begun ? ", " + steps_text(record) + " done" : "");
    return has_begun ? "interrupted at " + steps_text(record) : "not started";
}

bool is_open(const Item& item, const QueuedElement* holder) {
    const std::string& status = item.state.status;
    return status == "running" || (holder != nullptr && (status == "absent" || status == "interrupted"));
}

std::string standings_text(const std::vector<Item>& items, const std::vector<const QueuedElement*>& holders) {
    std::size_t finished = 0, running = 0, queued = 0, failed = 0, others = 0;
    for (std::size_t k = 0; k < items.size(); ++k) {
        const std::string& status = items[k].state.status;
        const bool has_failed = status == "failed" || status == "unreadable";
        ++(status == "finished"    ? finished
           : status == "running"   ? running
           : has_failed            ? failed
           : holders[k] != nullptr ? queued
                                   : others);
    }
    std::string text = fmt::format("{} finished, {} running, {} queued", finished, running, queued);
    if (failed > 0) text += fmt::format(", {} failed", failed);
    if (others > 0) text += fmt::format(", {} not in the queue", others);
    return text;
}

}  // namespace espalier::report
