#include <pybind11/pybind11.h>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/threads/threads.hpp>

#include "adopting.hpp"
#include "aligning.hpp"
#include "builder.hpp"
#include "collecting.hpp"
#include "errors.hpp"
#include "generating.hpp"
#include "interruptible.hpp"
#include "measures.hpp"
#include "network.hpp"
#include "run_files.hpp"
#include "run_writer.hpp"
#include "scheduling.hpp"
#include "sources.hpp"
#include "superposing.hpp"
#include "sweeping.hpp"
#include "training.hpp"

/// espalier._core: the library as the package python/espalier/ uses it. What users see is documented there.
PYBIND11_MODULE(_core, module) {
    using namespace espalier;
    hdf5::share_library();
    python::set_usual_threads(available_cores());
    python::bind_errors(module);
    module.attr("__version__") = ESPALIER_VERSION;
    module.attr("_knows_numpy_2") = PYBIND11_VERSION_HEX >= 0x020C0000;  // before, its arrays are laid out otherwise
    module.def("set_threads", python::set_usual_threads, pybind11::arg("count"));
    module.def("threads", python::usual_threads);
    module.def("available_cores", available_cores);
    python::bind_networks(module);
    python::bind_builder(module);
    python::bind_sources(module);
    python::bind_measures(module);
    python::bind_generating(module);
    python::bind_aligning(module);
    python::bind_run_files(module);
    python::bind_collecting(module);
    python::bind_run_writer(module);
    python::bind_training(module);
    python::bind_sweeping(module);
    python::bind_superposing(module);
    python::bind_scheduling(module);
    python::bind_adopting(module);
}
