#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include <espalier/base/files/files.hpp>

#include "fuzz_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// Every file of a folder through the target, in the order of their names.
void replay(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> inputs;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) inputs.push_back(entry.path());
    std::ranges::sort(inputs);
    for (const std::filesystem::path& input : inputs) {
        std::printf("%s\n", input.c_str());
        std::fflush(stdout);  // the last line names the input that ends the program
        const std::vector<std::byte> bytes = espalier::read_file(input, 1 << 20);
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
    if (espalier::testing::inputs_read == 0)
        throw std::runtime_error("not one of the inputs was read: the target reaches no reader");
    std::printf("%zu inputs, replayed; scripts/fuzz looks for others\n", inputs.size());
}

}  // namespace

/// Runs a fuzz target over folders of inputs, where there is no libFuzzer.
int main(int count, char** arguments) {
    try {
        for (int k = 1; k < count; ++k) replay(arguments[k]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
