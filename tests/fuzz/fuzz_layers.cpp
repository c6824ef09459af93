#include <algorithm>

#include <espalier/base/text/text.hpp>
#include <espalier/topology/files/layer_selection.hpp>

#include "fuzz_file.hpp"

/// The input is a file that lists layers, one a line; so are the words and the names of layers that they are looked for
/// among.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string text(testing::text_of(data, size));
    const testing::MemoryFile memory(text);
    const std::vector<std::string> names = split_lines(text);
    testing::read_or_refuse([&] {
        const std::vector<std::string> words = topology::layer_words("@" + memory.path().string());
        topology::selected_layers(names, words, "input");
    });
    if (names.empty() || names.front().starts_with('@')) return 0;  // another file
    testing::read_or_refuse([&] { topology::selected_layers(names, topology::layer_words(names.front()), "input"); });
    return 0;
}
