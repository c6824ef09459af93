#include <vector>

#include <espalier/data/image_file.hpp>

#include "fuzz_file.hpp"

/// The input is an image file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::MemoryFile memory(testing::text_of(data, size));
    testing::read_or_refuse([&] {
        const data::ImageFile file(memory.path());
        std::vector<std::uint8_t> planes(3 * file.size().height * file.size().width);
        file.decode(3, planes);
    });
    return 0;
}
