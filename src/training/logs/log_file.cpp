#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/text/error.hpp>
#include <espalier/training/logs/log_file.hpp>

namespace espalier::training {

LogFile::LogFile(std::filesystem::path path)
    : path_(std::move(path)),
      // Without O_NONBLOCK opening a FIFO would wait for whoever writes to it.
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666)) {
    if (descriptor_ < 0 && errno == ELOOP) {
        throw IoError(path_.string() + " is a symbolic link, and logs are not written through one: move it away");
    }
    if (descriptor_ < 0) throw_errno("cannot open", path_.string());
    struct stat about {};
    if (::fstat(descriptor_, &about) == 0 && S_ISREG(about.st_mode)) return;
    ::close(descriptor_);
    throw IoError(path_.string() + " is no regular file: move it away");
}

LogFile::~LogFile() {
    ::close(descriptor_);
}

void LogFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) throw_errno("cannot write", path_.string());
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void LogFile::cut(std::uintmax_t size) {
    if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) throw_errno("cannot shorten", path_.string());
}

void LogFile::sync() {
    if (::fdatasync(descriptor_) != 0) throw_errno("cannot sync", path_.string());
}

}  // namespace espalier::training
