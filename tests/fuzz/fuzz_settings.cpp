#include <vector>

#include <espalier/base/text/text.hpp>
#include <espalier/config/resolve.hpp>
#include <espalier/config/toml.hpp>

#include "fuzz_file.hpp"

/// The input's lines are what --set gives: "sparsity.density=0.05".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    std::vector<std::string> lines = split_lines(std::string(testing::text_of(data, size)));
    if (lines.back().empty()) lines.pop_back();  // behind the last line's end
    testing::read_or_refuse([&] {
        config::Settings settings;
        config::override_with(settings, lines);
        config::resolve(settings, config::InitFile::trust);
    });
    return 0;
}
