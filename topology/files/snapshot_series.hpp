#pragma once

#include <string>
#include <vector>

#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// All snapshots of one run file or topology file, read one at a time: a run of a thousand snapshots needs no memory
/// for a thousand networks. The file is opened once, after one rehearsal of all its snapshots: what is read is one
/// published state, also where a run goes on meanwhile.
class SnapshotSeries {
  public:
    /// @param argument  `run.h5` or `run.h5@all` (also the run's folder), `masks.h5` or `masks.h5@all`
    /// @param options   of these the selection of layers, the check of weights and notices
    /// @param mapping   how the convolutions of each snapshot become graphs
    /// @throws ConfigError where there is no such file, or the argument names one snapshot or a mask of another tool;
    ///         FormatError for a file with fewer than two snapshots; IoError
    explicit SnapshotSeries(const std::string& argument, const MaskFileOptions& options = {},
                            ConvMapping mapping = ConvMapping::unrolled);

    /// The argument, as tables call the series.
    const std::string& label() const { return label_; }
    /// Number of snapshots, at least two.
    std::size_t size() const { return file_.labels().size(); }
    /// Steps of the optimizer, of a run; in a file of other labels 0, 1, 2, ...
    const std::vector<double>& steps() const { return steps_; }

    /// The snapshot at a position, labelled `label()`.
    /// @throws FormatError as read_snapshot, ConfigError where a selected layer is not there
    Topology read(std::size_t position) const;

  private:
    std::string label_;
    SnapshotFile file_;
    std::vector<double> steps_;
    MaskFileOptions options_;
    ConvMapping mapping_;
};

}  // namespace espalier::topology
