#include <espalier/tickets/lottery_file.hpp>

#include "fuzz_file.hpp"

/// The input is a lottery file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    testing::read_or_refuse([&] { tickets::parse_lottery_file(testing::text_of(data, size), "input"); });
    return 0;
}
