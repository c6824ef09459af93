#include "collecting.hpp"
#include <string>
#include <variant>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/base/text/error.hpp>
#include <espalier/sweep/collecting.hpp>
#include <espalier/sweep/find_runs.hpp>

#include "errors.hpp"
#include "interruptible.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using sweep::Field;

py::object value_of_field(const Field& field) {
    if (const auto* words = std::get_if<std::string>(&field)) return text(*words);
    if (const auto* integer = std::get_if<std::int64_t>(&field)) return py::int_(*integer);
    if (const auto* real = std::get_if<double>(&field)) return py::float_(*real);
    return py::none();
}

struct Collected {
    sweep::Sheet sheet;
    std::string unreadable;
};

/// As `espalier collect` does.
/// @param rows  "runs", "evaluations", "means"
/// @return columns by name as lists, and which files were not readable
py::tuple collect(const std::vector<std::string>& places, const std::vector<std::string>& columns,
                  const std::string& rows) {
    const Collected found = interruptible([&] {
        const sweep::RowOf of = rows == "means"         ? sweep::RowOf::group
                                : rows == "evaluations" ? sweep::RowOf::evaluation
                                                        : sweep::RowOf::run;
        std::vector<sweep::RunRecord> runs;
        for (const auto& file : sweep::find_runs(places)) runs.push_back(sweep::read_run_record(file));
        const sweep::AskedColumns asked = sweep::asked_columns(columns, runs, "columns");
        return Collected{sweep::sheet_of(runs, sweep::columns_of_rows(runs, asked, of), of),
                         sweep::unreadable_runs(runs)};
    });
    py::dict table;
    for (std::size_t column = 0; column < found.sheet.header.size(); ++column) {
        py::list values;
        for (const std::vector<Field>& row : found.sheet.rows) values.append(value_of_field(row[column]));
        table[text(found.sheet.header[column])] = values;
    }
    return py::make_tuple(table, text(found.unreadable));
}

}  // namespace

void bind_collecting(py::module_& module) {
    module.def("collect", collect, py::arg("places"), py::arg("columns"), py::arg("rows"));
}

}  // namespace espalier::python
