#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <espalier/training/run/run_file.hpp>

#include "support.hpp"

namespace espalier::testing {

/// A run file as es.SnapshotWriter leaves it: name, seed, one layer, no configuration unless one is given.
/// @param fill  writes rows and snapshots
inline void write_foreign_run(const std::filesystem::path& file, const std::string& name, std::int64_t seed,
                              const std::vector<std::int64_t>& shape,
                              const std::function<void(training::RunFile&)>& fill, const std::string& config = "") {
    std::filesystem::create_directories(file.parent_path());
    training::RunInfo info{name, seed, "test", config, "written by a test", {}};
    info.layers.push_back({.name = "000_fc1", .kind = "linear", .shape = shape, .sparse = true});
    training::RunFile run = training::RunFile::create(training::WriterLock(file), info);
    fill(run);
    run.finish("finished");
}

/// One layer's mask as the snapshot of a step, with its density in the table of topologies.
inline void write_mask(training::RunFile& run, std::int64_t step, const Pattern& mask) {
    training::SnapshotLayer layer;
    layer.name = "000_fc1";
    layer.shape = {mask.rows(), mask.cols()};
    layer.pattern = &mask;
    const double density = static_cast<double>(mask.edges()) / static_cast<double>(mask.rows() * mask.cols());
    run.write_snapshot(step, {layer});
    run.append("topology", step, {{"layer", 0}, {"density", density}});
    run.append("topology", step, {{"layer", -1}, {"density", density}});
}

}  // namespace espalier::testing
