#include <espalier/data/idx.hpp>
#include <espalier/data/idx_images.hpp>

#include "fuzz_file.hpp"

/// The input is a file in the form of MNIST's, images and labels at once, plain or packed by gzip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const testing::MemoryFile memory(testing::text_of(data, size));
    testing::read_or_refuse([&] {
        const data::IdxTensor tensor = data::read_idx(memory.path());
        for (std::size_t k = 0; k < tensor.size(); ++k) tensor.number(k);
        data::labelled_images(tensor, tensor, {.count = 0, .first = 0}, "input");
    });
    return 0;
}
