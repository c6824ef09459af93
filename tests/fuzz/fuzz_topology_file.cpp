#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "fuzz_file.hpp"

/// The input is a run or topology file, read as commands read it: a child process tries it first, since damage can
/// crash the HDF5 library itself (base/files/rehearse.hpp).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::NamedFile file(testing::text_of(data, size), "file.h5");
    testing::read_or_refuse([&] {
        topology::read_rehearsed(file.path(), [](const topology::SnapshotFile& snapshots) {
            for (const std::string& label : snapshots.labels()) {
                snapshots.read(label);
                snapshots.parameters(label);
            }
            return snapshots.ticket_labels(0).size();
        });
    });
    testing::read_or_refuse([&] { training::read_run_summary(file.path()); });
    return 0;
}
