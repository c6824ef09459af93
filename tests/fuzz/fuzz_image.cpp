#include <vector>

#include <espalier/data/image_file.hpp>

#include "fuzz_file.hpp"

/// The input is an image file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::MemoryFile memory(testing::text_of(data, size));
    try {
        const data::ImageFile file(memory.path());
        std::vector<std::uint8_t> planes(3 * file.size().height * file.size().width);
        file.decode(3, planes);
    } catch (const Error& error) {
        if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::terminate();
    }
    return 0;
}
