#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/base/patterns/pattern.hpp>

namespace espalier::training {

/// One layer in a snapshot: views, read while it is written.
struct SnapshotLayer {
    std::string name;                                ///< as in LayerInfo
    std::vector<std::size_t> shape;                  ///< [out, in] or [out, in, kh, kw]; may be empty without a pattern
    const Pattern* pattern = nullptr;                ///< null: no maskable weights
    std::optional<std::span<const float>> values{};  ///< one per edge; none where snapshots.weights = false
    std::vector<std::pair<std::string, std::span<const float>>> others{};  ///< bias, running_mean, ...
};

/// Shows the arrays that stand for a layer in a file, in order: of a mask indptr, indices and values, then the others.
/// @throws FormatError where shape, pattern and number of values disagree
void visit_arrays(const SnapshotLayer& layer,
                  const std::function<void(const std::string& name, const hdf5::Values& values)>& visit);

/// The layer as a new group of a snapshot.
void write_layer(hdf5::Group& snapshot, const SnapshotLayer& layer);

}  // namespace espalier::training
