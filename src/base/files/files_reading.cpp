#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/files/descriptor.hpp>
#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {
namespace {

namespace fs = std::filesystem;

/// What something is that is no regular file.
const char* kind_of_file(mode_t mode) {
    if (S_ISDIR(mode)) return "a directory";
    if (S_ISFIFO(mode)) return "a FIFO";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

void require_regular(const struct stat& info, const std::string& doing, const fs::path& path) {
    if (!S_ISREG(info.st_mode))
        throw IoError(doing + " " + path.string() + ": it is " + kind_of_file(info.st_mode) + ", not a regular file");
}

/// Fills all of `bytes`.
void read_all(int descriptor, std::vector<std::byte>& bytes, const fs::path& path) {
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t got = ::read(descriptor, bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_errno("cannot read", path.string());
        if (got == 0) throw IoError("cannot read " + path.string() + ": it became shorter while being read");
        done += static_cast<std::size_t>(got);
    }
}

}  // namespace

void require_regular_file(const fs::path& path, const std::string& doing) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) throw_errno(doing, path.string());
    require_regular(info, doing, path);
}

std::ifstream open_to_read(const fs::path& path) {
    require_regular_file(path);
    std::ifstream stream(path, std::ios::binary);
    if (!stream) throw_errno("cannot read", path.string());
    return stream;
}

std::vector<std::byte> read_file(const fs::path& path, std::size_t limit_bytes) {
    require_regular_file(path);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (file.get() < 0) throw_errno("cannot read", path.string());
    struct stat info {};  // again: another file may have the name by now
    if (::fstat(file.get(), &info) != 0) throw_errno("cannot read", path.string());
    require_regular(info, "cannot read", path);
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size > limit_bytes) {
        throw FormatError(path.string() + ": " + std::to_string(size) + " bytes, more than the " +
                          std::to_string(limit_bytes) + " allowed");
    }
    std::vector<std::byte> bytes(size);
    read_all(file.get(), bytes, path);
    return bytes;
}

std::string read_text(const fs::path& path, std::size_t limit_bytes) {
    const std::vector<std::byte> bytes = read_file(path, limit_bytes);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace espalier
