#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/topology/topology.hpp>

/// The groups that run files and topology files share: `/snapshots/<label>/<NNN_name>`.
namespace espalier::topology {

/// "007_name": the name of layer 7's group. A name that begins with digits and '_' already stays as it is.
std::string numbered_name(std::size_t position, const std::string& name);

/// The groups that layers have in files of ours, by the layers' names.
class GroupNames {
  public:
    /// @param topology  whose layers they are, in its order
    explicit GroupNames(const Topology& topology);
    /// Others than layers of the topology keep their names.
    const std::string& operator()(const std::string& layer) const;

  private:
    std::unordered_map<std::string, std::string> groups_;
};

/// "name" of "007_name".
std::string without_number(const std::string& name);

/// Refuses a file of another kind or of a later version.
/// @throws FormatError
void require_format(const hdf5::Group& root, std::span<const std::string> formats);

/// Attribute shape and the compressed arrays indptr, indices and, where given, values, into a new group.
/// The indices of a full pattern are written out like those of any other, so that a reader needs no special case.
/// @param shape  [out, in], [out, in, k] or [out, in, kh, kw]; out = pattern.rows(), the product of the rest =
/// pattern.cols()
/// @throws FormatError where shape, pattern and number of values disagree
void write_mask(hdf5::Group& group, const std::vector<std::size_t>& shape, const Pattern& pattern,
                std::optional<std::span<const float>> values);

/// The arrays that write_mask writes, in order.
/// @param where  what messages call the mask
/// @throws FormatError as write_mask
void visit_mask_arrays(const std::string& where, const std::vector<std::size_t>& shape, const Pattern& pattern,
                       std::optional<std::span<const float>> values,
                       const std::function<void(const std::string& name, const hdf5::Values& values)>& visit);

/// Attribute `shape` of a layer's group.
/// @throws IoError
void write_shape(hdf5::Group& group, const std::vector<std::size_t>& shape);

/// Attribute fed_by: the names, one per line; nothing where there is no value (Layer::fed_by).
void write_fed_by(hdf5::Group& group, const std::optional<std::vector<std::string>>& names);
/// The names that write_fed_by() wrote; nothing where the attribute is not there.
/// @throws FormatError where it is no text
std::optional<std::vector<std::string>> read_fed_by(const hdf5::Group& group);

/// Attribute groups of a grouped convolution; none where it is 1.
void write_groups(hdf5::Group& group, std::size_t groups);
/// The number that write_groups() wrote; 1 where the attribute is not there.
/// @param shape  of the layer
/// @throws FormatError where no convolution of this shape has so many groups
std::size_t read_groups(const hdf5::Group& group, const std::vector<std::size_t>& shape);

/// Nothing for a group without a mask.
/// @throws FormatError naming the object that is wrong
std::optional<Layer> read_mask(const hdf5::Group& snapshot, const std::string& name);

/// Labels under /snapshots in natural order; none where there is no such group.
std::vector<std::string> snapshot_names(const hdf5::Group& root);

}  // namespace espalier::topology
