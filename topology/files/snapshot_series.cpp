#include <algorithm>

#include <espalier/base/error.hpp>
#include <espalier/topology/files/snapshot_series.hpp>
#include <espalier/topology/files/sources.hpp>
#include <espalier/topology/files/topology_file.hpp>

namespace espalier::topology {
namespace {

std::vector<double> steps_of(const std::vector<std::string>& names) {
    const bool are_steps = std::ranges::all_of(names, is_step);
    std::vector<double> steps;
    for (const std::string& name : names) {
        steps.push_back(are_steps ? std::stod(name) : static_cast<double>(steps.size()));
    }
    return steps;
}

}  // namespace

SnapshotSeries::SnapshotSeries(const std::string& argument, const MaskFileOptions& options, ConvMapping mapping)
    : label_(argument),
      file_(series_file(argument)),
      names_(snapshot_labels(file_)),
      options_(options),
      mapping_(mapping) {
    if (names_.size() < 2) {
        throw FormatError(file_.string() + ": holds " + (names_.empty() ? "no snapshot" : "one snapshot") +
                          "; a series has two or more");
    }
    steps_ = steps_of(names_);
}

Topology SnapshotSeries::read(std::size_t position) const {
    Topology topology = read_snapshot(file_, names_.at(position));
    topology.label = label_ + "@" + names_[position];
    keep_layers(topology, options_.layers);
    check_weights(topology, options_);
    topology.label = label_;
    return map_convolutions(std::move(topology), mapping_);
}

}  // namespace espalier::topology
