#pragma once

#include <pybind11/pybind11.h>

namespace espalier::python {

void bind_collecting(pybind11::module_& module);

}  // namespace espalier::python
