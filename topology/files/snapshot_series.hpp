#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// All snapshots of one run file or topology file, read one at a time: a run of a thousand snapshots needs no memory
/// for a thousand networks.
class SnapshotSeries {
  public:
    /// @param argument  run.h5 or run.h5@all (also the run's folder), masks.h5 or masks.h5@all
    /// @param options   of these the selection of layers, the check of weights and notices
    /// @param mapping   how the convolutions of each snapshot become graphs
    /// @throws ConfigError where there is no such file, or the argument names one snapshot or a mask of another tool;
    ///         FormatError for a file with fewer than two snapshots; IoError
    explicit SnapshotSeries(const std::string& argument, const MaskFileOptions& options = {},
                            ConvMapping mapping = ConvMapping::unrolled);

    /// The argument, as tables call the series.
    const std::string& label() const { return label_; }
    std::size_t size() const { return names_.size(); }
    /// Steps of the optimizer, of a run; in a file of other labels 0, 1, 2, ...
    const std::vector<double>& steps() const { return steps_; }

    /// The snapshot at a position, labelled `label()`.
    /// @throws FormatError as read_snapshot, ConfigError where a selected layer is not there
    Topology read(std::size_t position) const;

  private:
    std::string label_;
    std::filesystem::path file_;
    std::vector<std::string> names_;
    std::vector<double> steps_;
    MaskFileOptions options_;
    ConvMapping mapping_;
};

}  // namespace espalier::topology
