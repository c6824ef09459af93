#include "aligning.hpp"
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/base/text/error.hpp>
#include <espalier/tickets/aligning.hpp>
#include <espalier/topology/alignment/align_all.hpp>
#include <espalier/topology/alignment/permutation.hpp>

#include "arrays.hpp"
#include "interruptible.hpp"
#include "network.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using topology::Alignment;
using topology::AlignmentOptions;
using topology::Permutation;
using topology::StoredNetwork;

AlignmentOptions options_by(const std::string& by) {
    switch (tickets::parse_align_by(by)) {
        case tickets::AlignBy::weights:
            return {};
        case tickets::AlignBy::masks:
            return {.objective = topology::AlignmentObjective::masks};
        default:
            throw ConfigError("align: by '" + by + "' needs data, which runs have: es.superpose(runs, align='" + by +
                              "')");
    }
}

py::list arrays_of(const topology::Permutations& permutations) {
    py::list all;
    for (const Permutation& permutation : permutations) all.append(read_only(permutation));
    return all;
}

py::dict dict_of(const Alignment& alignment) {
    py::dict found;
    found["permutations"] = arrays_of(alignment.permutations);
    found["objective"] = alignment.objective;
    found["bound"] = alignment.bound;
    found["history"] = alignment.history;
    found["sweeps"] = alignment.sweeps;
    found["is_converged"] = alignment.is_converged;
    py::list groups;
    for (const topology::GroupAlignment& group : alignment.groups) {
        groups.append(py::make_tuple(group.name, group.size, group.moved, group.is_optimal));
    }
    found["groups"] = groups;
    return found;
}

py::dict align(const NetworkPtr& reference, const NetworkPtr& moved, const std::string& by, int threads) {
    const ThreadsScope scope(threads);
    const AlignmentOptions options = options_by(by);
    return dict_of(interruptible([&] { return topology::align(*reference, *moved, options); }));
}

py::list align_all(const std::vector<NetworkPtr>& networks, const std::string& by, int threads) {
    const ThreadsScope scope(threads);
    const AlignmentOptions options = options_by(by);
    std::vector<StoredNetwork> all;
    for (const NetworkPtr& network : networks) all.push_back(*network);
    const auto found = interruptible([&] { return topology::align_all(all, options); });
    py::list permutations;
    for (const topology::Permutations& one : found.permutations) permutations.append(arrays_of(one));
    return permutations;
}

NetworkPtr permuted(const NetworkPtr& network, const topology::Permutations& permutations) {
    return interruptible([&] { return shared(topology::permuted(*network, permutations)); });
}

}  // namespace

void bind_aligning(py::module_& module) {
    module.def("align", align, py::arg("reference"), py::arg("moved"), py::arg("by"), py::arg("threads"));
    module.def("align_all", align_all, py::arg("networks"), py::arg("by"), py::arg("threads"));
    module.def("permuted", permuted, py::arg("network"), py::arg("permutations"));
}

}  // namespace espalier::python
