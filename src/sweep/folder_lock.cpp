#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <espalier/base/error.hpp>
#include <espalier/sweep/folder_lock.hpp>

namespace espalier::sweep {

FolderLock::FolderLock(const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) throw IoError("cannot make the folder " + folder.string() + ": " + failed.message());
    descriptor_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor_ < 0) throw_errno("cannot open", folder.string());
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        ::close(descriptor_);
        throw IoError("another sweep is at work in " + folder.string() + ": wait for it, or take another --out");
    }
}

FolderLock::~FolderLock() {
    ::close(descriptor_);
}

}  // namespace espalier::sweep
