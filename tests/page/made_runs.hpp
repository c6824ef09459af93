#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include <espalier/page/page_runs.hpp>
#include <espalier/topology/files/topology_file.hpp>

namespace espalier::testing {

/// A run of a page without a run file behind it.
struct MadeRun {
    std::size_t group = 0;
    std::int64_t seed = 0;
    std::filesystem::path file = "run.h5";
    config::RunConfig config = {};
    double test_accuracy = std::nan("");
    double density = std::nan("");
    std::vector<std::string> snapshots = {};
    std::vector<std::vector<std::int64_t>> shapes = {{4, 4}};  ///< of its layers with weights
    std::string status = "finished";
};

/// The page's runs, in the order given; groups are called "a", "b", ...
inline page::PageRuns made_runs(const std::vector<MadeRun>& made) {
    page::PageRuns all;
    all.records.resize(made.size());
    for (std::size_t k = 0; k < made.size(); ++k) {
        const MadeRun& one = made[k];
        sweep::RunRecord& record = all.records[k];
        record.file = one.file;
        record.status = one.status;
        record.name = std::string(1, static_cast<char>('a' + one.group));
        record.seed = one.seed;
        record.config = one.config;
        if (!std::isnan(one.test_accuracy)) record.results.emplace_back("test_accuracy", one.test_accuracy);
        if (!std::isnan(one.density)) record.results.emplace_back("density", one.density);
        page::PageRun run{.record = k, .group = one.group, .label = record.name + " s" + std::to_string(one.seed)};
        run.summary.snapshots = one.snapshots;
        for (const std::vector<std::int64_t>& shape : one.shapes) {
            training::LayerInfo layer;
            layer.name = "000_fc" + std::to_string(run.summary.info.layers.size() + 1);
            layer.kind = "linear";
            layer.shape = shape;
            run.summary.info.layers.push_back(layer);
        }
        while (all.groups.size() <= one.group) {
            all.groups.push_back({.label = std::string(1, static_cast<char>('a' + all.groups.size()))});
        }
        page::PageGroup& group = all.groups[one.group];
        group.runs.push_back(k);
        if (one.status == "finished") group.counted.push_back(k);
        all.runs.push_back(std::move(run));
    }
    return all;
}

/// A topology of one linear layer, called "000_fc1".
inline topology::Topology one_layer(const Pattern& mask, const std::string& label = "t") {
    topology::Topology made{.label = label, .layers = {}};
    made.layers.push_back({"000_fc1", {mask.rows(), mask.cols()}, mask, {}});
    return made;
}

/// A file that has these masks of one layer as snapshots, in the place of a run's.
inline void write_snapshots(const std::filesystem::path& file, const std::vector<std::string>& labels,
                            const std::vector<Pattern>& masks) {
    std::vector<topology::Topology> topologies;
    for (std::size_t k = 0; k < labels.size(); ++k) topologies.push_back(one_layer(masks[k], labels[k]));
    std::filesystem::create_directories(file.parent_path());
    topology::write_topology_file(file, topologies);
}

/// Told of progress, and silent.
inline void tell_nobody(double, const std::string&) {}

}  // namespace espalier::testing
