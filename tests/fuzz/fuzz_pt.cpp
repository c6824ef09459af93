#include "fuzz_file.hpp"
#include "npz_builder.hpp"

/// An input that is a zip archive is the file; any other is the pickle of one, beside storages of 24, 64 and 2 bytes,
/// so that a changed byte is not stopped by the archive's CRC.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace espalier::testing;
    const std::string_view text = text_of(data, size);
    if (text.starts_with("PK")) {
        read_arrays(text);
        return 0;
    }
    read_arrays(zip_archive({{"m/data.pkl", std::string(text)},
                             {"m/data/0", std::string(24, '\1')},
                             {"m/data/1", std::string(64, '\0')},
                             {"m/data/2", "ab"}}));
    return 0;
}
