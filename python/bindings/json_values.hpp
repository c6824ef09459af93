#pragma once

#include <string>

#include <pybind11/pybind11.h>

#include <espalier/report/json.hpp>

namespace espalier::python {

/// A JSON document as Python's json module reads it.
pybind11::object python_of(const report::Json& json);
/// The document that a report has printed.
pybind11::object python_of_text(const std::string& document);

}  // namespace espalier::python
