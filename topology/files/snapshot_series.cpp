#include <algorithm>

#include <espalier/base/text/error.hpp>
#include <espalier/topology/files/snapshot_series.hpp>
#include <espalier/topology/files/sources.hpp>

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

/// All that read() will read has been read once by a child process.
SnapshotFile rehearsed_file(const std::filesystem::path& file) {
    rehearse(file, [&] {
        const SnapshotFile snapshots(file);
        for (const std::string& label : snapshots.labels()) snapshots.read(label);
    });
    return SnapshotFile(file);
}

}  // namespace

SnapshotSeries::SnapshotSeries(const std::string& argument, const MaskFileOptions& options, ConvMapping mapping)
    : label_(argument), file_(rehearsed_file(series_file(argument))), options_(options), mapping_(mapping) {
    const std::vector<std::string>& names = file_.labels();
    if (names.size() < 2) {
        throw FormatError(series_file(argument).string() + ": holds " +
                          (names.empty() ? "no snapshot" : "one snapshot") + "; a series has two or more");
    }
    steps_ = steps_of(names);
}

Topology SnapshotSeries::read(std::size_t position) const {
    const std::string& name = file_.labels().at(position);
    Topology topology = file_.read(name);
    topology.label = label_ + "@" + name;
    keep_layers(topology, options_.layers);
    check_weights(topology, options_);
    topology.label = label_;
    return map_convolutions(std::move(topology), mapping_);
}

}  // namespace espalier::topology
