#pragma once

#include <pybind11/pybind11.h>

namespace espalier::python {

/// Named::source of what Python functions bring.
inline constexpr const char* python_source = "a Python function";

/// Rules, metrics, distances, losses and callbacks that are Python functions.
void bind_adopting(pybind11::module_& module);

}  // namespace espalier::python
