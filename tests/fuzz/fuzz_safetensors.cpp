#include "fuzz_file.hpp"

/// The input is the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    espalier::testing::read_arrays(espalier::testing::text_of(data, size));
    return 0;
}
