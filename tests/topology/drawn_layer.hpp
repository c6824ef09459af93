#pragma once

#include <espalier/topology/files/mask_files.hpp>

#include "safetensors_builder.hpp"
#include "support.hpp"

/// One small layer as other tools may hold it, and readers of .npz files out of bytes.
namespace espalier::testing {

//          inputs 0 1 2
// output 0:       x . x     weights 1 . 2
// output 1:       . 0 .             . 0 .   stored or kept by its mask, so an edge
inline const Pattern drawn = pattern({{1, 0, 1}, {0, 1, 0}});
inline const std::vector<float> weights{1, 2, 0};

inline topology::Topology read(const std::string& bytes, const topology::MaskFileOptions& options = {}) {
    const TemporaryFolder folder;
    write_bytes(folder / "w.npz", bytes);
    return topology::read_mask_files(folder / "w.npz", options);
}

inline topology::Layer read_one(const std::string& bytes, const topology::MaskFileOptions& options = {}) {
    topology::Topology topology = read(bytes, options);
    REQUIRE(topology.layers.size() == 1);
    return topology.layers.front();
}

inline const topology::MaskFileOptions in_out{.orientation = topology::Orientation::in_out};

}  // namespace espalier::testing
