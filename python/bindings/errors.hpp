#pragma once

#include <pybind11/pybind11.h>

namespace espalier::python {

/// es.Error and its kinds; each kind is also what Python programs catch for such a mistake:
///
///     FormatError(ValueError)       an array or a file has a form it must not have
///     ConfigError(ValueError)       a name, a key or a number that cannot be
///     IoError(OSError)              the system refused
///     NumericError(ArithmeticError) a loss that is not finite
void bind_errors(pybind11::module_& module);

/// Text of ours that may hold a file's name: bytes that are no UTF-8 become U+FFFD.
pybind11::str text(const std::string& bytes);

}  // namespace espalier::python
