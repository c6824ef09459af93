#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include <espalier/base/formats/tensor_file.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier::testing {

/// Bytes as a file in memory, which readers open by its path.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
        const auto size = static_cast<ssize_t>(bytes.size());
        if (descriptor_ < 0 || ::write(descriptor_, bytes.data(), bytes.size()) != size) {
            throw std::runtime_error("no file in memory");
        }
    }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    ~MemoryFile() { ::close(descriptor_); }
    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

/// Opens these bytes as a file of arrays and reads all of it; errors are what readers are for, as long as each is one
/// of ours and one line.
inline void read_arrays(std::string_view bytes) {
    const MemoryFile memory(bytes);
    try {
        const TensorFile file = open_tensor_file(memory.path());
        for (const TensorEntry& entry : file.entries()) {
            try {
                file.read(entry).to_finite_floats();
            } catch (const FormatError&) {  // the next one may be whole
            }
        }
    } catch (const Error& error) {
        if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::terminate();
    }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace espalier::testing
