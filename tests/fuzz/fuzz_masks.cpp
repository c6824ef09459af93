#include <espalier/topology/files/mask_files.hpp>
#include <espalier/topology/files/stored_network.hpp>

#include "fuzz_file.hpp"

/// The input is a file of masks: SciPy's matrices, edge lists and dense arrays in .npz and .npy, tensors in
/// .safetensors.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier;
    const std::string_view bytes = testing::text_of(data, size);
    const char* name = bytes.starts_with("PK") ? "m.npz" : bytes.starts_with("\x93NUMPY") ? "m.npy" : "m.safetensors";
    const testing::NamedFile file(bytes, name);
    testing::read_or_refuse([&] { topology::read_mask_files(file.path()); });
    testing::read_or_refuse([&] { topology::read_network(file.path().string()); });
    return 0;
}
