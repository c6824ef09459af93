#pragma once

#include <string>
#include <vector>

namespace espalier::page {

/// What a page is made of: a run file, or a topology that is no run of its own.
struct Source {
    std::string name;  ///< a path, or a topology as topology::read_topologies() takes it
    bool is_topology = false;
};

/// What the arguments of `espalier report` name, in their order, none twice: run files, folders with run files at any
/// depth, and every topology that `espalier metrics` takes: a mask file, a folder of them, a topology file, one
/// snapshot of a run (`run.h5@first`).
/// @throws ConfigError where there is no such file or folder, or nothing of all this in a folder
std::vector<Source> page_sources(const std::vector<std::string>& arguments);

/// "a" of "masks/a.pt", "b@dense" of "masks/b.h5@dense": what a topology is called on the page.
std::string topology_name(const std::string& label);

}  // namespace espalier::page
