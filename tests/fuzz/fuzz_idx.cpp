#include <algorithm>

#include <espalier/data/idx.hpp>
#include <espalier/data/idx_images.hpp>

#include "fuzz_file.hpp"

namespace {

using namespace espalier;

constexpr std::size_t most_labels = 1 << 16;

/// Labels 0, 1, 0, 1, ... for images that have none; how many both say, or nearly.
data::IdxTensor labels_for(const data::IdxTensor& images) {
    data::IdxTensor labels;
    labels.dimensions = {std::min(images.dimensions.front(), most_labels)};
    for (std::size_t k = 0; k < labels.dimensions.front(); ++k)
        labels.values.push_back(static_cast<std::uint8_t>(k % 2));
    return labels;
}

}  // namespace

/// The input is a file in the form of MNIST's, plain or packed by gzip: its images, and its labels.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const testing::MemoryFile memory(testing::text_of(data, size));
    testing::read_or_refuse([&] {
        const data::IdxTensor tensor = data::read_idx(memory.path());
        for (std::size_t k = 0; k < tensor.size(); ++k) tensor.number(k);
        const data::IdxTensor labels = labels_for(tensor);
        testing::read_or_refuse([&] { data::labelled_images(tensor, labels, {.count = 0, .first = 0}, "input"); });
        data::IdxTensor images;
        images.dimensions = {labels.dimensions.front(), 1, 1};
        images.values = labels.values;
        testing::read_or_refuse([&] { data::labelled_images(images, tensor, {.count = 0, .first = 0}, "input"); });
    });
    return 0;
}
