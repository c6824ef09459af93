#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <espalier/cli/terminal/parser.hpp>
#include <espalier/cli/terminal/progress.hpp>
#include <espalier/report/sweep_report.hpp>

/// What commands do as an element of a batch system's array (sweep/element.hpp).
namespace espalier::cli {

struct ElementRequest {
    std::string folder;  ///< empty: not asked for
    std::optional<std::size_t> index;
    std::size_t requeues = 0;
};

/// --element, --index and --requeues.
void add_element(Parser& app, ElementRequest& request);

/// @param has_more  something was asked for that an element's folder says itself
/// @throws ConfigError where there is more
void require_element_alone(bool has_more);

/// Says on stderr of each run that others are at work on, or that is another one than it should be, why it was left.
void tell_refused(const report::SweepResult& result);

/// Which element this process is.
/// @throws ConfigError where neither --index nor Slurm says
std::size_t index_of(const ElementRequest& request);

/// Whom an element finds at work on one of its runs is waited for: a node that was given up may still write, and of
/// one on another machine it takes a minute until it counts as dead.
/// @param look  makes the agenda
std::vector<sweep::Item> settled_agenda(const std::function<std::vector<sweep::Item>()>& look);

/// Exit status of an element that has come to its end. Where it was warned of its time limit and something is left, it
/// asks Slurm for another start first, and says why not where it does not.
/// @throws Error where runs failed, or others are at work on them
int element_status(const report::SweepResult& result, const ElementRequest& request);

/// `espalier sweep --element`.
int work_off_element(const ElementRequest& request, int jobs, int threads, ProgressForm form, bool json);

}  // namespace espalier::cli
