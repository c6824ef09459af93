#include <espalier/topology/files/topology_file.hpp>
#include <espalier/training/run/run_summary.hpp>

#include "fuzz_file.hpp"

/// The input is a run or topology file, read as commands read it: a child process tries it first, since damage can
/// crash the HDF5 library itself (base/files/rehearse.hpp).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::MemoryFile memory(testing::text_of(data, size));
    testing::read_or_refuse([&] {
        topology::read_rehearsed(memory.path(), [](const topology::SnapshotFile& file) {
            for (const std::string& label : file.labels()) {
                file.read(label);
                file.parameters(label);
            }
            return file.ticket_labels(0).size();
        });
    });
    testing::read_or_refuse([&] { training::read_run_summary(memory.path()); });
    return 0;
}
