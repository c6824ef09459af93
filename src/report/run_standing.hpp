#pragma once

#include <string>
#include <vector>

#include <espalier/sweep/agenda.hpp>
#include <espalier/sweep/slurm_queue.hpp>

namespace espalier::report {

/// Where a run stands, as `--watch` has it: "finished  91.20 %", "running 230/5000  88.10 %  n1",
/// "queued (Priority)", "interrupted at 230/5000", "failed: the loss is nan", "not started". The run file says what;
/// the queue adds why not yet.
/// @param item    looked at; only its state counts
/// @param holder  the live element of the queue that has it, or null
std::string run_standing(const sweep::Item& item, const sweep::QueuedElement* holder);

/// Whether it may still change by itself: it runs, or a live element has it.
bool is_open(const sweep::Item& item, const sweep::QueuedElement* holder);

/// "3 finished, 2 running, 4 queued, 1 failed, 0 not in the queue".
std::string standings_text(const std::vector<sweep::Item>& items,
                           const std::vector<const sweep::QueuedElement*>& holders);

}  // namespace espalier::report
