#include <espalier/config/print.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "fuzz_file.hpp"

/// The input is the configuration of a run. What was resolved says the same when it is printed and read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    std::string printed;
    testing::read_or_refuse([&] {
        const config::Settings settings = config::parse_toml(testing::text_of(data, size), "input");
        printed = config::to_toml(config::resolve(settings, config::InitFile::trust));
    });
    if (printed.empty()) return 0;
    const config::Settings again = config::parse_toml(printed, "printed");
    if (config::to_toml(config::resolve(again, config::InitFile::trust)) != printed) std::terminate();
    return 0;
}
