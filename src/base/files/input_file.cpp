#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/files/input_file.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {

InputFile::InputFile(const std::filesystem::path& path)
    : path_(path.string()), descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {  // pipes would wait
    if (descriptor_ < 0) throw_errno("cannot open", path_);
    struct stat info {};
    if (::fstat(descriptor_, &info) == 0 && S_ISREG(info.st_mode)) {
        size_ = static_cast<std::uint64_t>(info.st_size);
        return;
    }
    ::close(descriptor_);
    require_regular_file(path_);  // says what it is
    throw IoError("cannot read " + path_ + ": not a regular file");
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

InputFile::~InputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void InputFile::read(std::uint64_t at, std::span<std::byte> to) const {
    constexpr std::size_t most_at_once = std::size_t{1} << 30;
    while (!to.empty()) {
        const ssize_t got = ::pread(descriptor_, to.data(), std::min(to.size(), most_at_once), static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_errno("cannot read", path_);
        if (got == 0) throw IoError("cannot read " + path_ + ": it ends early");
        at += static_cast<std::uint64_t>(got);
        to = to.subspan(static_cast<std::size_t>(got));
    }
}

std::vector<std::byte> InputFile::read(std::uint64_t at, std::uint64_t count) const {
    if (at > size_ || count > size_ - at) throw IoError("cannot read " + path_ + ": it ends early");
    std::vector<std::byte> bytes(count);
    read(at, std::span(bytes));
    return bytes;
}

}  // namespace espalier
