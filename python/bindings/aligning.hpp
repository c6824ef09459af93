#pragma once

#include <pybind11/pybind11.h>

namespace espalier::python {

void bind_aligning(pybind11::module_& module);

}  // namespace espalier::python
