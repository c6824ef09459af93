#include <espalier/nn/execution/crossovers.hpp>

#include "fuzz_file.hpp"

/// The input is a table of crossovers in its line of text, which reads back to the same table.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    std::string text;
    testing::read_or_refuse([&] { text = nn::Crossovers::parse(testing::text_of(data, size)).text(); });
    if (!text.empty() && nn::Crossovers::parse(text).text() != text) std::terminate();
    return 0;
}
