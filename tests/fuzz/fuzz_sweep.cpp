#include <espalier/sweep/sweep_file.hpp>

#include "fuzz_file.hpp"

/// The input is a sweep file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    testing::read_or_refuse([&] { sweep::parse_sweep_file(testing::text_of(data, size), "input"); });
    return 0;
}
