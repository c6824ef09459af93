#include "training.hpp"
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/base/threads/threads.hpp>
#include <espalier/cli/commands.hpp>
#include <espalier/cli/commands/run_work.hpp>
#include <espalier/cli/terminal/app.hpp>
#include <espalier/cli/terminal/freed_memory.hpp>
#include <espalier/cli/terminal/output.hpp>
#include <espalier/cli/terminal/version.hpp>
#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/schema.hpp>
#include <espalier/config/toml.hpp>
#include <espalier/report/run_result.hpp>
#include <espalier/sweep/local_launcher.hpp>

#include "errors.hpp"
#include "given_config.hpp"
#include "interruptible.hpp"
#include "json_values.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using training::RunProgress;

py::dict dict_of(const RunProgress& now) {
    py::dict progress;
    progress["step"] = now.step;
    progress["total_steps"] = now.total_steps;
    progress["epoch"] = now.epoch;
    progress["epochs"] = now.epochs;
    progress["loss"] = now.loss;
    progress["validation_accuracy"] = now.validation_accuracy;
    progress["test_accuracy"] = now.test_accuracy;
    progress["density"] = now.density;
    return progress;
}

/// Between the steps of a run, which has no GIL: what Python wants of it.
class Listener {
  public:
    explicit Listener(py::object callback) : callback_(std::move(callback)) {}

    /// What has been raised ends the run, saved; it is raised again once that is done.
    bool stop_requested() { return stops_ || signals_.has_raised(); }

    void observe(const RunProgress& progress) {
        if (stop_requested() || !progress.ends_epoch) return;
        const py::gil_scoped_acquire acquire;
        if (callback_.is_none()) return;
        try {
            if (callback_(dict_of(progress)).equal(py::bool_(true))) stops_ = true;
        } catch (...) {
            raised_ = std::current_exception();
            stops_ = true;
        }
    }

    void note(const std::string& line) { notes_.push_back(line); }
    const std::vector<std::string>& notes() const { return notes_; }

    /// With the GIL.
    void raise_again() const {
        signals_.raise_again();
        if (raised_) std::rethrow_exception(raised_);
    }

  private:
    py::object callback_;
    std::vector<std::string> notes_;
    SignalWatch signals_;
    std::exception_ptr raised_;
    bool stops_ = false;
};

/// @return what `run --json` prints, and notices
py::tuple run(const std::string& path, const std::string& config, const std::string& overrides, const std::string& out,
              bool resume, bool force, int threads, const py::object& callback) {
    const ThreadsScope scope(threads);
    cli::RunWork work;
    work.settings = settings_of({path, config, overrides});
    work.config = config::resolve(work.settings);
    work.folder = out;
    work.resume = resume;
    work.force = force;
    work.threads = espalier::threads();
    Listener listener(callback);
    work.stop_requested = [&] { return listener.stop_requested(); };
    work.observe = [&](const RunProgress& progress) { listener.observe(progress); };
    work.notice = [&](const std::string& line) { listener.note(line); };
    const std::string document = [&] {
        const py::gil_scoped_release release;
        return report::result_json(cli::work_off_run(work));
    }();
    listener.raise_again();
    return py::make_tuple(python_of_text(document), listener.notes());
}

/// The whole program, for `python -m espalier`.
/// @param interpreter  that does this, and starts runs of sweeps likewise
int run_program(std::vector<std::string> words, const std::string& interpreter) {
    sweep::own_command() = {interpreter, {interpreter, "-m", "espalier"}};
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const py::gil_scoped_release release;
    cli::let_writes_fail();
    cli::return_freed_memory();
    return cli::run_program(cli::all_commands(), static_cast<int>(words.size()), pointers.data());
}

std::string resolved(const std::string& path, const std::string& config, const std::string& overrides) {
    return config::to_toml(config::resolve(settings_of({path, config, overrides})));
}

/// Keys that are given, as TOML with absolute paths: for a file that lies elsewhere.
std::string given(const std::string& config) {
    const config::Settings settings = settings_of({"", config, ""});
    std::string text;
    for (const auto& [name, place] : settings.places) {
        text += name + " = " + config::toml_text(config::find_key(name).get(settings.config)) + "\n";
    }
    return text;
}

py::list all_keys() {
    py::list keys;
    for (const config::Key& key : config::schema()) keys.append(py::make_tuple(key.name, key.help));
    return keys;
}

}  // namespace

void bind_training(py::module_& module) {
    module.def("run", run, py::arg("path"), py::arg("config"), py::arg("overrides"), py::arg("out"), py::arg("resume"),
               py::arg("force"), py::arg("threads"), py::arg("callback"));
    module.def("resolved", resolved, py::arg("path"), py::arg("config"), py::arg("overrides"));
    module.def("given", given, py::arg("config"));
    module.def("all_keys", all_keys);
    module.def("environment_line", cli::environment_line);
    module.def("run_program", run_program, py::arg("words"), py::arg("interpreter"));
}

}  // namespace espalier::python
