#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/files/descriptor.hpp>
#include <espalier/base/files/file_lock.hpp>
#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/training/run/writer_lock.hpp>

namespace espalier::training {
namespace {

namespace fs = std::filesystem;

// Readers that ask has_writer() share the lock for a moment. A writer that the system names is not waited for.
constexpr int attempts = 200;
constexpr auto pause = std::chrono::milliseconds(25);

/// The work file, made where there is none; never through a link.
int open_work_file(const fs::path& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (descriptor >= 0) return descriptor;
    const int code = errno;
    std::error_code ignored;
    if (fs::is_symlink(path, ignored)) {
        throw IoError("cannot write " + path.string() + ": it is a symbolic link, which no run makes; remove it");
    }
    errno = code;
    throw_errno("cannot write", path.string());
}

/// A copy of the folder made by hard links shares the file, and what is written into it.
bool has_other_names(int descriptor) {
    struct stat info {};
    return ::fstat(descriptor, &info) == 0 && info.st_nlink > 1;
}

int open_existing(const fs::path& work_file) {
    return ::open(work_file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

[[noreturn]] void refuse(const fs::path& run_file, pid_t holder) {
    throw IoError("cannot write " + run_file.string() + ": " + another_process(holder) + " is writing this run");
}

OwnerFile owned(const fs::path& run_file) {
    try {
        return OwnerFile(owner_file(run_file));
    } catch (const IoError& error) {
        throw IoError("cannot write " + run_file.string() + ": " + error.what());
    }
}

}  // namespace

fs::path work_file(const fs::path& run_file) {
    return run_file.string() + ".part";
}

fs::path owner_file(const fs::path& run_file) {
    return run_file.string() + ".owner";
}

WriterLock::WriterLock(const fs::path& run_file) : run_file_(run_file) {
    const fs::path path = work_file(run_file);
    pid_t holder = 0;
    for (int attempt = 0; attempt < attempts && holder == 0; ++attempt) {
        Descriptor file(open_work_file(path));
        require_regular_file(path, "cannot write");
        if (try_lock(file.get(), true) == Lock::refused) {
            holder = lock_holder(file.get());
            if (holder == 0) std::this_thread::sleep_for(pause);
        } else if (has_other_names(file.get())) {
            ::unlink(path.c_str());
        } else if (is_still(path, file.get())) {
            owner_.emplace(owned(run_file));
            descriptor_ = file.release();
            return;
        }
    }
    refuse(run_file, holder);
}

WriterLock::WriterLock(WriterLock&& other) noexcept
    : run_file_(std::move(other.run_file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      owner_(std::move(other.owner_)) {
    other.owner_.reset();
}

WriterLock::~WriterLock() {
    if (descriptor_ < 0) return;
    owner_.reset();  // first: it is never there alone
    const fs::path path = work_file(run_file_);
    if (is_still(path, descriptor_)) ::unlink(path.c_str());
    ::close(descriptor_);
}

void WriterLock::require_held() const {
    if (!owner_ || !owner_->is_lost()) return;
    throw IoError("cannot write " + run_file_.string() +
                  ": this process was held up for more than a minute, and another machine goes on with the run");
}

bool has_writer(const fs::path& run_file) {
    const Descriptor file(open_existing(work_file(run_file)));
    if (file.get() < 0) return false;
    return try_lock(file.get(), false) != Lock::taken || owner_elsewhere(owner_file(run_file)).has_value();
}

void require_no_writer(const fs::path& run_file) {
    const Descriptor file(open_existing(work_file(run_file)));
    if (file.get() < 0) return;
    if (try_lock(file.get(), false) == Lock::refused) refuse(run_file, lock_holder(file.get()));
    if (const auto owner = owner_elsewhere(owner_file(run_file))) {
        throw IoError("cannot write " + run_file.string() + ": " + owner->text() +
                      " is writing this run; where it has died, a minute is enough");
    }
}

}  // namespace espalier::training
