#include "errors.hpp"
#include <array>
#include <string>

#include <espalier/base/text/error.hpp>
#include <espalier/plugin/adopt.hpp>

namespace espalier::python {
namespace {

namespace py = pybind11;

/// Never freed: exceptions may be raised until the interpreter's very end.
struct Kinds {
    PyObject* error = nullptr;
    PyObject* config = nullptr;
    PyObject* format = nullptr;
    PyObject* io = nullptr;
    PyObject* numeric = nullptr;
};
Kinds kinds;

PyObject* new_kind(py::module_& module, const char* name, const py::object& bases, const char* documentation) {
    const std::string full = std::string("espalier.") + name;
    PyObject* kind = PyErr_NewExceptionWithDoc(full.c_str(), documentation, bases.ptr(), nullptr);
    if (kind == nullptr) throw py::error_already_set();
    module.add_object(name, py::reinterpret_borrow<py::object>(kind));
    return kind;
}

PyObject* new_kind(py::module_& module, const char* name, PyObject* also, const char* documentation) {
    const auto base = py::reinterpret_borrow<py::object>(kinds.error);
    return new_kind(module, name, py::make_tuple(base, py::reinterpret_borrow<py::object>(also)), documentation);
}

void raise(PyObject* kind, const std::exception& error) {
    PyErr_SetObject(kind, text(error.what()).ptr());
}

/// What Python raised is raised again, as it was and with its traceback.
void raise_again(const py::error_already_set& raised, const std::string& note) {
    if (!note.empty()) raised.value().attr("add_note")(text(note));
    PyErr_Restore(py::object(raised.type()).release().ptr(), py::object(raised.value()).release().ptr(),
                  py::object(raised.trace()).release().ptr());
}

/// Of a function of a plug-in: what it raised, where it is Python's.
void raise(const PluginError& error) {
    try {
        if (error.cause()) std::rethrow_exception(error.cause());
    } catch (const RaisedByFunction& function) {
        return raise_again(function.raised(),
                           "in " + error.who() + (error.remedy().empty() ? "" : "; ") + error.remedy());
    } catch (const std::exception&) {
        // its text is that of the error
    }
    raise(kinds.error, error);
}

void translate(std::exception_ptr failure) {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const plugin::Interruption& interruption) {
        try {
            std::rethrow_exception(interruption.cause());
        } catch (const py::error_already_set& raised) {
            raise_again(raised, "");
        }
    } catch (const PluginError& error) {
        raise(error);
    } catch (const ConfigError& error) {
        raise(kinds.config, error);
    } catch (const FormatError& error) {
        raise(kinds.format, error);
    } catch (const IoError& error) {
        raise(kinds.io, error);
    } catch (const NumericError& error) {
        raise(kinds.numeric, error);
    } catch (const Error& error) {
        raise(kinds.error, error);
    }
}

/// "ValueError: out of ideas (mine.py, line 7)"; the place is that where it was raised.
std::string told(const py::error_already_set& raised) {
    std::string said = py::str(raised.type().attr("__name__"));
    const std::string message = py::str(raised.value());
    if (!message.empty()) said += ": " + message;
    py::object place = raised.trace();
    if (!place || place.is_none()) return said;
    while (!place.attr("tb_next").is_none()) place = place.attr("tb_next");
    const std::string file = py::str(place.attr("tb_frame").attr("f_code").attr("co_filename"));
    return said + " (" + file.substr(file.rfind('/') + 1) + ", line " + std::string(py::str(place.attr("tb_lineno"))) +
           ")";
}

}  // namespace

RaisedByFunction::RaisedByFunction(const py::error_already_set& raised)
    : std::runtime_error(told(raised)), raised_(raised) {}

py::object raised_by_function(const std::exception_ptr& failure) {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const PluginError& error) {
        return raised_by_function(error.cause());
    } catch (const RaisedByFunction& function) {
        py::object value = function.raised().value();
        if (const py::object& trace = function.raised().trace()) value.attr("__traceback__") = trace;
        return value;
    } catch (const std::exception&) {
        return py::none();
    }
    return py::none();
}

py::str text(const std::string& bytes) {
    PyObject* decoded = PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()), "replace");
    if (decoded == nullptr) throw py::error_already_set();
    return py::reinterpret_steal<py::str>(decoded);
}

void bind_errors(py::module_& module) {
    kinds.error =
        new_kind(module, "Error", py::reinterpret_borrow<py::object>(PyExc_Exception),
                 "What Espalier raises on purpose: one line that says what is wrong, where, and what would be right.");
    kinds.config = new_kind(module, "ConfigError", PyExc_ValueError,
                            "A name, a key or a number that cannot be; the message names the nearest that can.");
    kinds.format = new_kind(module, "FormatError", PyExc_ValueError,
                            "An array or a file has a form it must not have: shape, range, order, damage.");
    kinds.io = new_kind(module, "IoError", PyExc_OSError,
                        "The system refused: no permission, no space, another process writes there.");
    kinds.numeric = new_kind(module, "NumericError", PyExc_ArithmeticError,
                             "The arithmetic went wrong: a loss that is not finite.");
    py::register_exception_translator(translate);
}

}  // namespace espalier::python
