#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/error.hpp>
#include <espalier/training/writer_lock.hpp>

namespace espalier::training {
namespace {

// Readers that ask has_writer() hold the lock for a moment.
constexpr int attempts = 20;
constexpr auto pause = std::chrono::milliseconds(25);

/// Whether the lock is ours, or would be on a file system that had one.
bool lock(int descriptor, int operation) {
    return ::flock(descriptor, operation | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

/// False where another process has removed or replaced the file since it was opened.
bool is_still(const std::filesystem::path& path, int descriptor) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

}  // namespace

std::filesystem::path work_file(const std::filesystem::path& run_file) {
    return run_file.string() + ".part";
}

WriterLock::WriterLock(const std::filesystem::path& run_file) : path_(work_file(run_file)) {
    for (int attempt = 0; attempt < attempts; ++attempt) {
        const int descriptor = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (descriptor < 0) throw_errno("cannot write", path_.string());
        if (lock(descriptor, LOCK_EX) && is_still(path_, descriptor)) {
            descriptor_ = descriptor;
            return;
        }
        ::close(descriptor);
        std::this_thread::sleep_for(pause);
    }
    throw IoError("cannot write " + run_file.string() + ": another process is writing this run");
}

WriterLock::~WriterLock() {
    ::unlink(path_.c_str());
    ::close(descriptor_);
}

bool has_writer(const std::filesystem::path& run_file) {
    const int descriptor = ::open(work_file(run_file).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return false;
    const bool free = ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
    ::close(descriptor);
    return !free;
}

}  // namespace espalier::training
