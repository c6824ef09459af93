#pragma once

#include <string>

#include <espalier/topology/files/topology_file.hpp>

#include "support.hpp"

namespace espalier::testing {

/// A topology file with two networks of two layers: of fc1 one of three edges is common to both, fc2 is equal.
///
///     first.fc1  x . x    second.fc1  x . .    fc2  x x
///                . x .                . . x
inline std::string two_topologies(const TemporaryFolder& folder) {
    const Pattern last = pattern({{1, 1}});
    const std::string file = (folder / "masks.h5").string();
    topology::write_topology_file(
        file, {{.label = "first",
                .layers = {{"fc1", {2, 3}, pattern({{1, 0, 1}, {0, 1, 0}}), {}}, {"fc2", {1, 2}, last, {}}}},
               {.label = "second",
                .layers = {{"fc1", {2, 3}, pattern({{1, 0, 0}, {0, 0, 1}}), {}}, {"fc2", {1, 2}, last, {}}}}});
    return file;
}

}  // namespace espalier::testing
