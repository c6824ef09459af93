#include "sweeping.hpp"
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/base/text/error.hpp>
#include <espalier/cli/commands/sweep_work.hpp>
#include <espalier/config/callbacks.hpp>
#include <espalier/kernels/objectives.hpp>
#include <espalier/report/sweep_report.hpp>
#include <espalier/sparsity/rules/rules.hpp>

#include "adopting.hpp"
#include "errors.hpp"
#include "interruptible.hpp"
#include "json_values.hpp"
#include "thread_launcher.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using Names = std::vector<std::string>;

template <class Entries>
void add_if_python(const Entries& entries, const std::string& name, std::set<std::string>& names) {
    const auto is_it = [&](const Named& entry) { return entry.name == name && entry.source == python_source; };
    if (std::ranges::any_of(entries, is_it)) names.insert(name);
}

/// Python functions that some run of the sweep asks for.
std::set<std::string> python_functions_of(const std::string& file, const Names& assignments) {
    std::set<std::string> names;
    for (const sweep::Point& point : cli::points_of(sweep::read_sweep_file(file), assignments)) {
        add_if_python(sparsity::drop_rules(), point.config.sparsity.drop_rule, names);
        add_if_python(sparsity::grow_rules(), point.config.sparsity.grow_rule, names);
        add_if_python(kernels::objectives(), point.config.training.loss, names);
        for (const std::string& name : point.config.training.callbacks) {
            add_if_python(config::callbacks(), name, names);
        }
    }
    return names;
}

/// What ends a sweep with an error; empty where nothing does.
std::string trouble_of(const report::SweepResult& result) {
    try {
        cli::status_of(result);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

/// @return what `sweep --json` prints, notices, why it failed or nothing, and what a Python function of the first run
///         that failed raised, or None
py::tuple sweep_in_threads(const cli::SweepRequest& request) {
    const ThreadsScope scope(0);  // runs set their own
    SignalWatch signals;
    Names notices;
    std::exception_ptr first_failure;
    const auto stop_requested = [&] { return signals.has_raised(); };
    const auto work = [&](std::vector<sweep::Item>& items, const std::vector<std::size_t>& order,
                          std::vector<sweep::Job> jobs, const sweep::Limits& limits) {
        ThreadLauncher launcher;
        sweep::work_off(
            items, order, std::move(jobs), launcher, limits,
            {.stop_requested = stop_requested, .prepare = [&](std::size_t k) { sweep::prepare(items[k]); }});
        first_failure = launcher.first_failure();
    };
    const cli::SweepHost host{.work = work, .stop_requested = stop_requested, .notice = [&](const std::string& line) {
                                  notices.push_back(line);
                              }};
    const report::SweepResult result = [&] {
        const py::gil_scoped_release release;
        return cli::work_off_sweep(request, host);
    }();
    signals.raise_again();
    const std::string document = request.dry_run ? report::agenda_json(result) : report::sweep_json(result);
    return py::make_tuple(python_of_text(document), notices, request.dry_run ? "" : trouble_of(result),
                          raised_by_function(first_failure));
}

}  // namespace

void bind_sweeping(py::module_& module) {
    module.def("python_functions_of_sweep", python_functions_of, py::arg("file"), py::arg("assignments"));
    module.def(
        "sweep_in_threads",
        [](const std::string& file, const Names& assignments, const std::string& out, int jobs, int threads,
           bool retry_failed, bool force_changed, bool dry_run) {
            return sweep_in_threads({.file = file,
                                     .assignments = assignments,
                                     .out = out,
                                     .jobs = jobs,
                                     .threads = threads,
                                     .dry_run = dry_run,
                                     .policy = {.retry_failed = retry_failed, .replace_changed = force_changed}});
        },
        py::arg("file"), py::arg("assignments"), py::arg("out"), py::arg("jobs"), py::arg("threads"),
        py::arg("retry_failed"), py::arg("force_changed"), py::arg("dry_run"));
}

}  // namespace espalier::python
