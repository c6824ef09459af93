#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/hdf5.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Labels of the snapshots in a run file or topology file, in file order (steps ascend: nine digits each).
/// @throws FormatError where the file is neither
std::vector<std::string> snapshot_labels(const std::filesystem::path& file);

/// Whether the file says that it is a run's.
/// @throws FormatError where it is neither that nor a topology file
bool is_run_file(const std::filesystem::path& file);

/// Labels of the snapshots that a run says are its tickets (/metrics/tickets, docs/formats.md), in the order in which
/// they were made: where `from` is 1 without ticket 0, the network before the first phase. Empty where it has none.
/// @throws FormatError where the table names a snapshot that is not there
std::vector<std::string> ticket_labels(const std::filesystem::path& file, std::int64_t from);

/// One snapshot; layers without a mask (those that hold only a bias, say) are left out.
/// @throws FormatError naming file, group and what is wrong; every array is checked before it is used
Topology read_snapshot(const std::filesystem::path& file, const std::string& label);

/// A layer's array beside mask and weights: its bias, the parameters of an activation.
struct StoredParameter {
    std::string layer;  ///< as the file calls it: "000_fc1"
    std::string name;   ///< "bias"
    std::vector<float> values;
};

/// All of a snapshot, layers without a mask included; none where it holds no weights.
/// @throws FormatError as read_snapshot
std::vector<StoredParameter> read_parameters(const std::filesystem::path& file, const std::string& label);

/// A topology file (`espalier.topology`): each topology becomes /snapshots/<its label>. Replaced atomically.
/// @param add  puts more into the file before it takes its place
void write_topology_file(
    const std::filesystem::path& file, std::span<const Topology* const> topologies,
    const std::function<void(hdf5::Group& root)>& add = [](hdf5::Group&) {});
void write_topology_file(
    const std::filesystem::path& file, const std::vector<Topology>& topologies,
    const std::function<void(hdf5::Group& root)>& add = [](hdf5::Group&) {});

}  // namespace espalier::topology
