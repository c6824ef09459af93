#include <espalier/data/arrays.hpp>

#include "fuzz_file.hpp"

/// The input is an .npz, or the .npy of the inputs, of a user's own data.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string_view bytes = testing::text_of(data, size);
    const testing::NamedFile file(bytes, bytes.starts_with("PK") ? "mine.npz" : "x.npy");
    testing::read_or_refuse([&] { data::read_array_samples(file.path()); });
    testing::read_or_refuse([&] { data::load_arrays(file.path()); });
    return 0;
}
