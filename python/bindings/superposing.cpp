#include "superposing.hpp"
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <pybind11/stl.h>

#include <espalier/base/text/named.hpp>
#include <espalier/cli/commands/superpose_work.hpp>
#include <espalier/report/superposed_report.hpp>
#include <espalier/tickets/superposing.hpp>

#include "interruptible.hpp"
#include "json_values.hpp"
#include "network.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using cli::SuperposeArguments;
using cli::SuperposedTicket;

/// The value of an option of the command line, where it is given.
template <class Value>
void take(const py::dict& options, const char* name, Value& value) {
    if (options.contains(name) && !options[name].is_none()) value = options[name].cast<Value>();
}

SuperposeArguments arguments_of(const std::vector<std::string>& runs, const std::string& method,
                                const py::dict& options) {
    SuperposeArguments arguments;
    arguments.tickets.runs = runs;
    arguments.method = method;
    take(options, "config", arguments.tickets.reading.config);
    take(options, "set", arguments.tickets.reading.assignments);
    take(options, "target", arguments.target);
    take(options, "density", arguments.density);
    take(options, "layerwise", arguments.layerwise);
    take(options, "align_by", arguments.align_by);
    take(options, "align_to", arguments.align_to);
    arguments.align = arguments.align_by.has_value();
    take(options, "recalibrate", arguments.recalibrate);
    take(options, "average", arguments.average);
    take(options, "gamma", arguments.gamma);
    take(options, "prune", arguments.prune);
    take(options, "without_pretrained", arguments.without_pretrained);
    take(options, "coefficients", arguments.coefficients);
    take(options, "candidates", arguments.candidates);
    take(options, "values", arguments.values);
    take(options, "share", arguments.share);
    return arguments;
}

/// @return the ticket, and notices
py::tuple superpose(const std::vector<std::string>& runs, const std::string& method, const py::dict& options,
                    int count) {
    const ThreadsScope scope(count);
    std::vector<std::string> notices;
    SuperposeArguments arguments = arguments_of(runs, method, options);
    arguments.threads = threads();
    arguments.tickets.reading.notice = [&](const std::string& line) { notices.push_back(line); };
    const auto made = interruptible([&] {
        auto ticket = std::make_shared<SuperposedTicket>(cli::superposed_ticket(arguments));
        ticket->network.topology.source.clear();  // that of the target, which it no longer is
        ticket->network.topology.snapshot.clear();
        return ticket;
    });
    return py::make_tuple(made, notices);
}

void save_ticket(const SuperposedTicket& ticket, const std::string& path) {
    interruptible([&] { tickets::write_superposed(path, ticket.network, ticket.facts, ticket.config); });
}

}  // namespace

void bind_superposing(py::module_& module) {
    py::class_<SuperposedTicket, std::shared_ptr<SuperposedTicket>>(module, "SuperposedTicket")
        .def("facts", [](const SuperposedTicket& ticket) { return python_of(report::superposed_json(ticket.facts)); })
        .def("network",
             [](const std::shared_ptr<SuperposedTicket>& ticket) { return NetworkPtr(ticket, &ticket->network); })
        .def("save", save_ticket, py::arg("path"));
    module.def("superpose", superpose, py::arg("runs"), py::arg("method"), py::arg("options"), py::arg("threads"));
    module.def("superpose_methods", [] {
        std::vector<std::tuple<std::string, std::string, std::string>> all;
        for (const Named& method : tickets::superpose_methods())
            all.emplace_back(method.name, method.help, method.source);
        return all;
    });
}

}  // namespace espalier::python
