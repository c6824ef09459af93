#include "adopting.hpp"
#include <stdexcept>
#include <string>
#include <vector>

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <espalier/base/text/error.hpp>
#include <espalier/plugin/adopt.hpp>
#include <espalier/plugin/load.hpp>

#include "arrays.hpp"
#include "errors.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using plugin::DropQuestion;
using plugin::EpochQuestion;
using plugin::GrowQuestion;
using plugin::LayerView;
using plugin::LossQuestion;
using plugin::NetworkView;
using plugin::RowsView;

/// What becomes of a function that Ctrl-C ends: a run is to be saved, and cannot be in the middle of an update.
enum class AtCtrlC {
    again,   ///< it is called once more, as it gives the same answer, and what Ctrl-C raises comes between two steps
    is_done  ///< it counts as done: nothing depends on its answer
};

/// A Python function that threads without the GIL may call. It is never given back: registries outlive the interpreter.
class Function {
  public:
    explicit Function(py::function function, AtCtrlC at_ctrl_c = AtCtrlC::again)
        : function_(new py::function(std::move(function))), at_ctrl_c_(at_ctrl_c) {}

    /// take(what the function returned), all with the GIL.
    /// @throws RaisedByFunction; plugin::Interruption where it is no `Exception`
    template <class Arguments, class Take>
    void operator()(const Arguments& arguments, const Take& take) const {
        const py::gil_scoped_acquire acquire;
        const auto call = [&] { take((*function_)(*arguments())); };
        if (is_done(call, PyExc_KeyboardInterrupt)) return;
        if (at_ctrl_c_ == AtCtrlC::again) is_done(call, nullptr);
        PyErr_SetInterrupt();
    }

  private:
    /// False where it raises `stops`.
    template <class Call>
    static bool is_done(const Call& call, PyObject* stops) {
        try {
            call();
            return true;
        } catch (const py::error_already_set& raised) {
            if (stops != nullptr && raised.matches(stops)) return false;
            if (raised.matches(PyExc_Exception)) throw RaisedByFunction(raised);
            throw plugin::Interruption("ended by a Python function", std::current_exception());
        } catch (const py::cast_error&) {
            throw std::runtime_error("it returned something else than numbers");
        }
    }

    py::function* function_;
    AtCtrlC at_ctrl_c_;
};

/// A copy: what a function keeps must stay good behind the call.
template <class Number>
py::object copied(const Number* numbers, std::size_t count) {
    if (numbers == nullptr) return py::none();
    return read_only(std::vector<Number>(numbers, numbers + count));
}

py::tuple tuple_of(const LayerView& layer) {
    return py::make_tuple(layer.name, layer.outputs, layer.inputs, copied(layer.offsets, layer.outputs + 1),
                          copied(layer.indices, layer.edges()), copied(layer.values, layer.edges()));
}

py::list list_of(const NetworkView& network) {
    py::list layers;
    for (const LayerView& layer : network) layers.append(tuple_of(layer));
    return layers;
}

template <class Number>
void take_into(const py::object& returned, std::span<Number> numbers) {
    const auto array = py::array_t<Number, py::array::c_style | py::array::forcecast>::ensure(returned);
    if (!array) {
        PyErr_Clear();
        throw std::runtime_error("it returned something else than numbers");
    }
    if (static_cast<std::size_t>(array.size()) != numbers.size()) {
        throw std::runtime_error("it returned " + std::to_string(array.size()) + " numbers, and " +
                                 std::to_string(numbers.size()) + " are wanted");
    }
    std::copy_n(array.data(), numbers.size(), numbers.data());
}

Named named(const std::string& name, const std::string& help) {
    return {name, help, python_source};
}

void drop_rule(const std::string& name, const std::string& help, const py::function& function) {
    plugin::adopt_drop_rule(
        named(name, help), [call = Function(function)](const DropQuestion& asked, std::span<float> scores) {
            call(
                [&] {
                    return py::make_tuple(tuple_of(asked.layer), copied(asked.gradient, asked.layer.edges()),
                                          asked.fraction, asked.seed);
                },
                [&](const py::object& returned) { take_into(returned, scores); });
        });
}

void grow_rule(const std::string& name, const std::string& help, bool wants_gradient, const py::function& function) {
    plugin::adopt_grow_rule(
        named(name, help), wants_gradient,
        [call = Function(function)](const GrowQuestion& asked, const RowsView& rows, std::span<float> scores) {
            call(
                [&] {
                    return py::make_tuple(tuple_of(asked.before), tuple_of(asked.taken), rows.first, rows.outputs,
                                          copied(rows.gradient, rows.outputs * rows.inputs), asked.seed);
                },
                [&](const py::object& returned) { take_into(returned, scores); });
        });
}

void metric(const std::string& name, const std::string& help, const py::function& function) {
    plugin::adopt_metric(named(name, help),
                         [call = Function(function)](const NetworkView& network, std::span<double> of_layers, double&) {
                             call([&] { return py::make_tuple(list_of(network)); },
                                  [&](const py::object& returned) { take_into(returned, of_layers); });
                         });
}

void distance(const std::string& name, const std::string& help, const py::function& function) {
    plugin::adopt_distance(
        named(name, help),
        [call = Function(function)](const NetworkView& first, const NetworkView& second, std::span<double> of_layers) {
            call([&] { return py::make_tuple(list_of(first), list_of(second)); },
                 [&](const py::object& returned) { take_into(returned, of_layers); });
        });
}

/// Samples first, as Python has batches.
double loss_of(const Function& call, const LossQuestion& asked) {
    double sum = 0.0;
    const auto by_samples = [&] {
        std::vector<float> outputs(asked.classes * asked.samples);
        for (std::size_t c = 0; c < asked.classes; ++c) {
            for (std::size_t b = 0; b < asked.samples; ++b)
                outputs[b * asked.classes + c] = asked.outputs[c * asked.stride + b];
        }
        return py::make_tuple(read_only(std::move(outputs)), copied(asked.labels, asked.samples), asked.samples,
                              asked.classes);
    };
    call(by_samples, [&](const py::object& returned) {
        if (!py::isinstance<py::sequence>(returned) || py::len(returned) != 2)
            throw std::runtime_error("it returned something else than a loss and its gradient");
        const auto pair = py::reinterpret_borrow<py::sequence>(returned);
        sum = pair[0].cast<double>();
        if (asked.gradient == nullptr) return;
        std::vector<float> gradient(asked.classes * asked.samples);
        take_into<float>(pair[1], gradient);
        for (std::size_t c = 0; c < asked.classes; ++c) {
            for (std::size_t b = 0; b < asked.samples; ++b)
                asked.gradient[c * asked.stride + b] = gradient[b * asked.classes + c];
        }
    });
    return sum;
}

void loss(const std::string& name, const std::string& help, const py::function& function) {
    plugin::adopt_loss(named(name, help),
                       [call = Function(function)](const LossQuestion& asked) { return loss_of(call, asked); });
}

void callback(const std::string& name, const std::string& help, const py::function& function) {
    plugin::adopt_callback(named(name, help), [call = Function(function, AtCtrlC::is_done)](const EpochQuestion& now) {
        bool ends = false;
        call(
            [&] {
                return py::make_tuple(now.step, now.total_steps, now.epoch, now.epochs, now.loss,
                                      now.validation_accuracy, now.validation_loss);
            },
            [&](const py::object& returned) { ends = returned.equal(py::bool_(true)); });
        return ends;
    });
}

}  // namespace

void bind_adopting(py::module_& module) {
    module.def("adopt_drop_rule", drop_rule, py::arg("name"), py::arg("help"), py::arg("function"));
    module.def("adopt_grow_rule", grow_rule, py::arg("name"), py::arg("help"), py::arg("wants_gradient"),
               py::arg("function"));
    module.def("adopt_metric", metric, py::arg("name"), py::arg("help"), py::arg("function"));
    module.def("adopt_distance", distance, py::arg("name"), py::arg("help"), py::arg("function"));
    module.def("adopt_loss", loss, py::arg("name"), py::arg("help"), py::arg("function"));
    module.def(
        "load_plugin", [](const std::string& file) { plugin::load(file); }, py::arg("file"));
    module.def("loaded_plugins", [] {
        std::vector<std::string> files;
        for (const auto& file : plugin::loaded()) files.push_back(file.string());
        return files;
    });
    module.def("adopt_callback", callback, py::arg("name"), py::arg("help"), py::arg("function"));
}

}  // namespace espalier::python
