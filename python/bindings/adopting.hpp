#pragma once

#include <pybind11/pybind11.h>

namespace espalier::python {

/// Rules, metrics, distances, losses and callbacks that are Python functions.
void bind_adopting(pybind11::module_& module);

}  // namespace espalier::python
