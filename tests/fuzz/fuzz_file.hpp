#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
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

/// Of all files of this process that have names; in memory where the system has a place there.
inline const std::filesystem::path& folder_of_files() {
    struct Folder {
        std::filesystem::path path;
        Folder() {
            const std::filesystem::path memory = "/dev/shm";
            const bool has_memory = ::access(memory.c_str(), W_OK) == 0;
            path =
                (has_memory ? memory : std::filesystem::temp_directory_path()) / ("fuzz-" + std::to_string(::getpid()));
            std::filesystem::create_directory(path);
        }
        Folder(const Folder&) = delete;
        Folder& operator=(const Folder&) = delete;
        ~Folder() { std::filesystem::remove_all(path); }
    };
    static const Folder folder;
    return folder.path;
}

/// Bytes as a file of a certain name. For HDF5 by all means: the library asks for the real path of what it opens, which
/// a MemoryFile has not.
class NamedFile {
  public:
    NamedFile(std::string_view bytes, const std::string& name) : path_(folder_of_files() / name) {
        std::ofstream file(path_, std::ios::binary);
        if (!file.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush())
            throw std::runtime_error("no file " + path_.string());
    }
    NamedFile(const NamedFile&) = delete;
    NamedFile& operator=(const NamedFile&) = delete;
    ~NamedFile() { std::filesystem::remove(path_); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// How often an input was read to its end. A target whose kept inputs are all refused reaches no reader.
inline std::uint64_t inputs_read = 0;

/// Reads; errors are what readers are for, as long as each is one of ours and one line.
template <class Read>
void read_or_refuse(const Read& read) {
    try {
        read();
        ++inputs_read;
    } catch (const Error& error) {
        if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::terminate();
    }
}

/// Opens these bytes as a file of arrays and reads all of it.
inline void read_arrays(std::string_view bytes) {
    const MemoryFile memory(bytes);
    read_or_refuse([&] {
        const TensorFile file = open_tensor_file(memory.path());
        for (const TensorEntry& entry : file.entries()) {
            try {
                file.read(entry).to_finite_floats();
            } catch (const FormatError&) {  // the next one may be whole
            }
        }
    });
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace espalier::testing
