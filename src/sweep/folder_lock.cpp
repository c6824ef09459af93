#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/files/file_lock.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/sweep/folder_lock.hpp>

namespace espalier::sweep {
namespace {

namespace fs = std::filesystem;

/// Makes the folder; those that were not there, innermost first.
std::vector<fs::path> make(const fs::path& folder) {
    std::vector<fs::path> absent;
    std::error_code failed;
    for (fs::path path = folder; !path.empty() && !fs::exists(path, failed); path = path.parent_path()) {
        absent.push_back(path);
    }
    fs::create_directories(folder, failed);
    if (failed) throw IoError("cannot make the folder " + folder.string() + ": " + failed.message());
    return absent;
}

int open_folder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) throw_errno("cannot open", folder.string());
    return descriptor;
}

/// By another lock, between its making and our lock.
bool was_removed(int descriptor) {
    struct stat info {};
    return ::fstat(descriptor, &info) == 0 && info.st_nlink == 0;
}

}  // namespace

FolderLock::FolderLock(const fs::path& folder) {
    do {
        if (descriptor_ >= 0) ::close(descriptor_);
        made_ = make(folder);
        descriptor_ = open_folder(folder);
        if (try_lock(descriptor_, true) != Lock::refused) continue;
        const pid_t holder = lock_holder(descriptor_);
        ::close(descriptor_);
        throw IoError("another sweep" + (holder > 0 ? " (process " + std::to_string(holder) + ")" : std::string()) +
                      " is at work in " + folder.string() + ": wait for it, or take another --out");
    } while (was_removed(descriptor_));
}

FolderLock::~FolderLock() {
    for (const fs::path& path : made_) ::rmdir(path.c_str());  // fails where it holds something
    ::close(descriptor_);
}

}  // namespace espalier::sweep
