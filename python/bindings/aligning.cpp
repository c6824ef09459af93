#include "aligning.hpp"
#include <string>
#include <vector>

#include <pybind11/stl.h>

#include <espalier/config/resolve.hpp>
#include <espalier/tickets/aligning.hpp>
#include <espalier/tickets/architecture.hpp>
#include <espalier/topology/alignment/permutation.hpp>

#include "arrays.hpp"
#include "given_config.hpp"
#include "interruptible.hpp"
#include "network.hpp"

namespace espalier::python {
namespace {

namespace py = pybind11;
using topology::Alignment;
using topology::Permutation;
using topology::StoredNetwork;
using Texts = std::vector<std::string>;

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

/// By weights or masks, which need no data.
py::dict align(const NetworkPtr& reference, const NetworkPtr& moved, const std::string& by, int threads) {
    const ThreadsScope scope(threads);
    const tickets::AlignBy criterion = tickets::parse_align_by(by);
    return dict_of(interruptible([&] { return tickets::align(criterion, *reference, *moved); }));
}

/// The configuration that says on which data activations are compared: the one given, or that of the networks' files.
config::RunConfig config_of(const GivenConfig& given, const Texts& arguments, const Texts& assignments) {
    if (!given.path.empty() || !given.text.empty()) return config::resolve(settings_of(given));
    const std::vector<tickets::Ticket> all = tickets::read_tickets(arguments, {.assignments = assignments});
    tickets::require_same_architecture(all);
    tickets::require_same_data(all);
    return all.front().config;
}

/// @param arguments    the networks' files, as tickets are named on the command line
/// @param assignments  "key=value" over what they say
py::dict align_by_activations(const NetworkPtr& reference, const NetworkPtr& moved, const Texts& arguments,
                              const Texts& assignments, const std::string& path, const std::string& text,
                              const std::string& overrides, int threads) {
    const ThreadsScope scope(threads);
    return dict_of(interruptible([&] {
        const tickets::Evaluation evaluation(config_of({path, text, overrides}, arguments, assignments));
        return tickets::align(tickets::AlignBy::activations, evaluation, *reference, *moved);
    }));
}

py::list align_all(const std::vector<NetworkPtr>& networks, const std::string& by, int threads) {
    const ThreadsScope scope(threads);
    const tickets::AlignBy criterion = tickets::parse_align_by(by);
    std::vector<StoredNetwork> all;
    for (const NetworkPtr& network : networks) all.push_back(*network);
    py::list permutations;
    for (const auto& one : interruptible([&] { return tickets::align_to_mean(criterion, all); }))
        permutations.append(arrays_of(one));
    return permutations;
}

NetworkPtr permuted(const NetworkPtr& network, const topology::Permutations& permutations) {
    return interruptible([&] { return without_source(topology::permuted(*network, permutations)); });
}

}  // namespace

void bind_aligning(py::module_& module) {
    module.def("align", align, py::arg("reference"), py::arg("moved"), py::arg("by"), py::arg("threads"));
    module.def("align_by_activations", align_by_activations, py::arg("reference"), py::arg("moved"),
               py::arg("arguments"), py::arg("assignments"), py::arg("path"), py::arg("config"), py::arg("overrides"),
               py::arg("threads"));
    module.def("align_all", align_all, py::arg("networks"), py::arg("by"), py::arg("threads"));
    module.def("permuted", permuted, py::arg("network"), py::arg("permutations"));
}

}  // namespace espalier::python
