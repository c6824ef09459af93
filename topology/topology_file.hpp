#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// Labels of the snapshots in a run file or topology file, in file order (steps ascend: nine digits each).
/// @throws FormatError where the file is neither
std::vector<std::string> snapshot_labels(const std::filesystem::path& file);

/// One snapshot; layers without a mask (those that hold only a bias, say) are left out.
/// @throws FormatError naming file, group and what is wrong; every array is checked before it is used
Topology read_snapshot(const std::filesystem::path& file, const std::string& label);

/// A topology file (`espalier.topology`): each topology becomes /snapshots/<its label>. Replaced atomically.
void write_topology_file(const std::filesystem::path& file, const std::vector<Topology>& topologies);

}  // namespace espalier::topology
