#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

class SnapshotFile;

/// What users may write where a topology is wanted; one argument can name several.
///
///     run.h5               a run's last snapshot; also the folder that holds run.h5
///     run.h5@1500          the snapshot at a step; @first, @last
///     run.h5@all           every snapshot, labelled run.h5@<step>
///     run.h5@tickets       the snapshots that are its cheap tickets (docs/tickets.md), labelled the same way
///     masks.h5             all of a topology file, labelled masks.h5@<label> where there are several
///     masks.h5@dense       one of them
///     masks.npz, masks.safetensors, masks/    see read_mask_files
///     model.pt:state_dict                     one of several dicts of tensors in a file of PyTorch's
///
/// A file of which all labels are steps is taken for a run. A path that exists as it is written wins over a path with
/// '@'. Labels are the argument as typed, except where one argument names several.
///
/// @param options  orientation and dropped inputs apply to files of other tools; the selection of layers to all
/// @throws ConfigError where there is no such file, snapshot or layer, naming what there is; FormatError, IoError from
/// reading
std::vector<Topology> read_topologies(const std::string& argument, const MaskFileOptions& options = {});

/// The same for each argument, one after the other.
std::vector<Topology> read_topologies(const std::vector<std::string>& arguments, const MaskFileOptions& options = {});

/// A topology that an argument names, not read yet: what is larger than memory is read one by one.
struct NamedTopology {
    std::string label;           ///< as read_topologies() has it
    std::filesystem::path path;  ///< a run or topology file; else what read_mask_files() reads
    std::string snapshot = {};   ///< its label there; empty: masks of another tool
};

/// What read_topologies() would read, in its order.
/// @throws as read_topologies() but for what only shows when a topology is read
std::vector<NamedTopology> named_topologies(const std::vector<std::string>& arguments);

/// Reads topologies that were named, one by one and in any order. A file is rehearsed once, with all that is wanted of
/// it, and again only where it has changed since; a few files stay open.
class TopologyReader {
  public:
    /// Nothing is read yet.
    /// @param options  see read_topologies()
    TopologyReader(std::vector<NamedTopology> named, MaskFileOptions options);

    /// What it was made of.
    const std::vector<NamedTopology>& named() const { return named_; }
    /// The topology at a position. Of a run that goes on the snapshot is the same as it was when it was named.
    /// @throws as read_topologies()
    Topology read(std::size_t position);

  private:
    const SnapshotFile& opened(const std::filesystem::path& file);

    std::vector<NamedTopology> named_;
    MaskFileOptions options_;
    std::map<std::filesystem::path, std::string> rehearsed_;  ///< with its mark, see base/files/work_folder.hpp
    std::map<std::filesystem::path, std::shared_ptr<const SnapshotFile>> open_;
};

/// A snapshot of a run or topology file.
struct SnapshotPlace {
    std::filesystem::path file;
    std::string label;
};

/// The one snapshot that an argument names; nothing for files of other tools.
/// @throws ConfigError where there is no such file or snapshot, or where the argument names several
std::optional<SnapshotPlace> snapshot_place(const std::string& argument);

/// The file whose snapshots, all of them, are the series that an argument names: `run.h5` or `run.h5@all`, `masks.h5`
/// or `masks.h5@all`.
/// @throws ConfigError where there is no such file, or where the argument names one topology
std::filesystem::path series_file(const std::string& argument);

/// Whether a snapshot's label is the number of a step, nine digits.
bool is_step(const std::string& label);

/// Refuses or reports weights of a run or topology file that are no finite numbers, as the options say. The readers
/// here and SnapshotSeries do it; masks of other tools with such weights are refused when they are read.
/// @throws FormatError naming topology, layer and place
void check_weights(const Topology& topology, const MaskFileOptions& options);

/// Only the wanted layers, all where none is wanted.
/// @throws ConfigError naming the topology and the layer that it lacks
void keep_layers(Topology& topology, const std::vector<std::string>& wanted);

}  // namespace espalier::topology
