#pragma once

#include <exception>
#include <stdexcept>
#include <string>

#include <pybind11/pybind11.h>

namespace espalier::python {

/// es.Error and its kinds; each kind is also what Python programs catch for such a mistake:
///
///     FormatError(ValueError)       an array or a file has a form it must not have
///     ConfigError(ValueError)       a name, a key or a number that cannot be
///     IoError(OSError)              the system refused
///     NumericError(ArithmeticError) a loss that is not finite
void bind_errors(pybind11::module_& module);

/// A function written in Python has raised something: its text is "ValueError: out of ideas (mine.py, line 7)".
class RaisedByFunction : public std::runtime_error {
  public:
    /// With the GIL.
    explicit RaisedByFunction(const pybind11::error_already_set& raised);
    const pybind11::error_already_set& raised() const { return raised_; }

  private:
    pybind11::error_already_set raised_;
};

/// What Python raised in the function of a plug-in that has failed; None for all other failures.
pybind11::object raised_by_function(const std::exception_ptr& failure);

/// Text of ours that may hold a file's name: bytes that are no UTF-8 become U+FFFD.
pybind11::str text(const std::string& bytes);

}  // namespace espalier::python
