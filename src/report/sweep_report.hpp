#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/sweep/agenda.hpp>

namespace espalier::report {

/// Failed or unreadable.
bool has_failed(const sweep::Item& item);

/// A sweep that has come to its end.
struct SweepResult {
    std::string name;
    std::filesystem::path out;
    std::vector<sweep::Item> items;  ///< settled
    bool stopped = false;

    std::size_t count(const std::string& status) const;
    std::size_t failed() const;  ///< unreadable ones among them
    /// "finished", "failed" where a run is, "interrupted" where it was stopped or a run is not finished.
    std::string status() const;
};

/// What `sweep --json` prints (docs/formats.md).
std::string sweep_json(const SweepResult& result);

/// The same for people: one line per run, then the failures with what they said last.
std::string sweep_text(const SweepResult& result);

/// Of that what stands below the table: how many have finished, the failures, what to do now.
std::string endings_text(const SweepResult& result);

/// What --dry-run prints: each run and what would be done.
std::string agenda_json(const SweepResult& result);
std::string agenda_text(const SweepResult& result);

/// Below that of --prepare: what was written, and what starts it.
std::string prepared_text(const SweepResult& result);

}  // namespace espalier::report
