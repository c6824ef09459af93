#pragma once

#include <pybind11/pybind11.h>

namespace espalier::python {

/// Sweeps whose runs are threads of this process: those that need what Python functions it has registered.
void bind_sweeping(pybind11::module_& module);

}  // namespace espalier::python
