#include <espalier/topology/files/conv_mapping.hpp>
#include <espalier/topology/files/topology_file.hpp>
#include <espalier/topology/graph/map_graph.hpp>
#include <espalier/topology/paths/effective_maps.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "fuzz_file.hpp"

namespace {

/// Paths through maps that are small; large ones are only checked, since they may take as long as their sizes say.
void follow_maps(const espalier::topology::Topology& topology) {
    using namespace espalier::topology;
    if (topology.maps == nullptr) return;
    require_consistent(*topology.maps, topology.label);
    std::size_t numbers = topology.maps->input.features();
    for (const MapNode& node : topology.maps->nodes) {
        numbers += node.image.features();
        if (node.window) numbers += (*node.window)[0].kernel * (*node.window)[1].kernel;
    }
    if (numbers < 4096) paths_through_maps(map_convolutions(topology, ConvMapping::unrolled));
}

}  // namespace

/// The input is a run or topology file, read as commands read it: a child process tries it first, since damage can
/// crash the HDF5 library itself (base/files/rehearse.hpp).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::NamedFile file(testing::text_of(data, size), "file.h5");
    testing::read_or_refuse([&] {
        topology::read_rehearsed(file.path(), [](const topology::SnapshotFile& snapshots) {
            for (const std::string& label : snapshots.labels()) {
                follow_maps(snapshots.read(label));
                snapshots.parameters(label);
            }
            return snapshots.ticket_labels(0).size();
        });
    });
    testing::read_or_refuse([&] { training::read_run_summary(file.path()); });
    return 0;
}
