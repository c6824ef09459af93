#pragma once

#include <pybind11/pybind11.h>

namespace espalier::python {

/// Topology updates of networks that another program trains: OutsideMasks.
void bind_scheduling(pybind11::module_& module);

}  // namespace espalier::python
