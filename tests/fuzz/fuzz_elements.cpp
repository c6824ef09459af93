#include <espalier/sweep/element.hpp>
#include <espalier/sweep/slurm_queue.hpp>

#include "fuzz_file.hpp"

/// The input is the list of a prepared sweep's elements, and what Slurm's squeue prints.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string_view input = testing::text_of(data, size);
    const testing::NamedFile file(input, "elements.txt");
    testing::read_or_refuse([&] { sweep::element_runs(testing::folder_of_files(), 0); });
    testing::read_or_refuse([&] { sweep::parse_queue(input); });
    return 0;
}
