#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <espalier/base/files/rehearse.hpp>
#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/topology/topology.hpp>

namespace espalier::topology {

/// A layer's array beside mask and weights: its bias, the parameters of an activation.
struct StoredParameter {
    std::string layer;  ///< as the file calls it: "000_fc1"
    std::string name;   ///< "bias"
    std::vector<float> values;
};

/// What the names of a snapshot's arrays begin with that training goes on from, where those without are averages of
/// them (training.weight_average).
inline const std::string unaveraged_prefix = "unaveraged_";

/// A run file or topology file, opened once for all that is read of it. What comes from outside is read inside
/// read_rehearsed() or after such a rehearsal.
class SnapshotFile {
  public:
    /// @throws FormatError where the file is neither, IoError
    explicit SnapshotFile(const std::filesystem::path& file);

    /// Labels of the snapshots in natural order (steps ascend: nine digits each).
    const std::vector<std::string>& labels() const { return labels_; }

    /// Labels of the snapshots that a run says are its tickets (/metrics/tickets, docs/formats.md), in the order in
    /// which they were made: where `from` is 1 without ticket 0, the network before the first phase. Empty where it has
    /// none.
    /// @throws FormatError where the table names a snapshot that is not there
    std::vector<std::string> ticket_labels(std::int64_t from) const;

    /// One snapshot; layers without a mask (those that hold only a bias, say) are left out.
    /// @throws FormatError naming file, group and what is wrong; every array is checked before it is used
    Topology read(const std::string& label) const;

    /// All other arrays of a snapshot, those of layers without a mask included; none where it holds no weights.
    /// @throws FormatError as read()
    /// Without those before averaging.
    std::vector<StoredParameter> parameters(const std::string& label) const;

    /// The arrays that parameters() leaves out, "values" among them, under the names that they have without prefix.
    std::vector<StoredParameter> unaveraged(const std::string& label) const;

  private:
    hdf5::Group snapshot(const std::string& label) const;

    hdf5::Group root_;
    std::optional<hdf5::Group> snapshots_;
    std::vector<std::string> labels_;
    /// Of a run, which says once for all its snapshots how its layers hang together.
    std::map<std::string, hdf5::Group> of_run_;
    std::shared_ptr<const MapGraph> maps_of_run_;
};

/// What `read` gives of a file, after it has been rehearsed (base/files/rehearse.hpp): one child process for all that
/// is read.
template <class Read>
auto read_rehearsed(const std::filesystem::path& file, const Read& read) {
    rehearse(file, [&] { read(SnapshotFile(file)); });
    return read(SnapshotFile(file));
}

/// Whether the file says that it is a run's.
/// @throws FormatError where it is neither that nor a topology file
bool is_run_file(const std::filesystem::path& file);

/// SnapshotFile::labels() of a file from outside.
std::vector<std::string> snapshot_labels(const std::filesystem::path& file);

/// SnapshotFile::ticket_labels() of a file from outside.
std::vector<std::string> ticket_labels(const std::filesystem::path& file, std::int64_t from);

/// SnapshotFile::read() of a file from outside.
Topology read_snapshot(const std::filesystem::path& file, const std::string& label);

/// SnapshotFile::parameters() of a file from outside.
std::vector<StoredParameter> read_parameters(const std::filesystem::path& file, const std::string& label);

/// A topology file (`espalier.topology`): each topology becomes `/snapshots/<its label>`. Replaced atomically.
/// @param add  puts more into the file before it takes its place
/// @throws FormatError naming a layer whose shape, pattern and values disagree; IoError where two topologies have one
///         label, or the file cannot be written
void write_topology_file(
    const std::filesystem::path& file, std::span<const Topology* const> topologies,
    const std::function<void(hdf5::Group& root)>& add = [](hdf5::Group&) {});
/// The same of topologies that lie side by side.
void write_topology_file(
    const std::filesystem::path& file, const std::vector<Topology>& topologies,
    const std::function<void(hdf5::Group& root)>& add = [](hdf5::Group&) {});

}  // namespace espalier::topology
