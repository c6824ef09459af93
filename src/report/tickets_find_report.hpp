#pragma once

#include <string>
#include <vector>

#include <espalier/report/sweep_report.hpp>
#include <espalier/tickets/levels.hpp>

/// What `espalier tickets find` prints. Items stand in the order of the levels.
namespace espalier::report {

/// Of --json (docs/formats.md).
std::string levels_json(const std::vector<tickets::Level>& levels, const SweepResult& result);

/// The same for people: a row per run, then the failures with what they said last.
std::string levels_text(const std::vector<tickets::Level>& levels, const SweepResult& result);

/// Of --dry-run: each run and what would be done.
std::string levels_agenda_json(const std::vector<tickets::Level>& levels, const SweepResult& result);
std::string levels_agenda_text(const std::vector<tickets::Level>& levels, const SweepResult& result);

}  // namespace espalier::report
