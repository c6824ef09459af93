#include <espalier/data/selected_features.hpp>

#include "fuzz_file.hpp"

/// The input is a file of features' numbers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::MemoryFile memory(testing::text_of(data, size));
    testing::read_or_refuse([&] { data::read_feature_numbers(memory.path()); });
    return 0;
}
