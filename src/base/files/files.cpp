#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/files/descriptor.hpp>
#include <espalier/base/files/file_lock.hpp>
#include <espalier/base/files/files.hpp>
#include <espalier/base/files/owner_file.hpp>
#include <espalier/base/text/error.hpp>

namespace espalier {

std::function<int(const std::string& operation)> inject_file_fault;

bool file_fault(const std::string& operation) {
    const int code = inject_file_fault ? inject_file_fault(operation) : 0;
    if (code != 0) errno = code;
    return code != 0;
}

namespace {

namespace fs = std::filesystem;

constexpr std::string_view temporary_mark = ".tmp-";
std::atomic<std::uint64_t> bytes_written = 0;

Descriptor opened(const fs::path& path, int flags, mode_t mode, const std::string& doing) {
    const int number = file_fault("open") ? -1 : ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (number < 0) throw_errno(doing, path.string());
    return Descriptor(number);
}

void sync_path(const fs::path& path, int flags) {
    const Descriptor file = opened(path, flags, 0, "cannot open");
    if (file_fault("fsync") || ::fsync(file.get()) != 0) throw_errno("cannot sync", path.string());
}

fs::path resolved(const fs::path& target) {
    std::error_code ignored;
    return fs::is_symlink(target, ignored) ? fs::weakly_canonical(target) : target;
}

fs::path folder_of(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

void require_replaceable(const fs::path& final_path) {
    std::error_code ignored;
    if (fs::exists(final_path, ignored)) require_regular_file(final_path, "cannot write");
}

/// A written file takes the place of another, and of its mode bits.
void install(const fs::path& written, const fs::path& final_path) {
    struct stat existing {};
    if (::stat(final_path.c_str(), &existing) == 0) ::chmod(written.c_str(), existing.st_mode & 07777);
    sync_path(written, O_RDONLY);
    if (file_fault("rename") || ::rename(written.c_str(), final_path.c_str()) != 0) {
        throw_errno("cannot replace", final_path.string());
    }
}

void sync_folder_of(const fs::path& file) {
    sync_path(folder_of(file), O_RDONLY | O_DIRECTORY);
}

/// For file systems on which the kernel cannot copy by itself.
ssize_t copy_by_hand(int in, int out) {
    std::array<char, 1 << 16> buffer{};
    const ssize_t got = ::read(in, buffer.data(), buffer.size());
    for (ssize_t written = 0; written < got;) {
        const ssize_t now = ::write(out, buffer.data() + written, static_cast<std::size_t>(got - written));
        if (now < 0 && errno != EINTR) return -1;
        if (now > 0) written += now;
    }
    return got;
}

/// The next piece of a copy: bytes copied, 0 at the end, -1 with errno. Shares blocks where the file system can.
ssize_t copy_piece(int in, int out, off_t left) {
    if (file_fault("copy")) return -1;
    const ssize_t copied = ::copy_file_range(in, nullptr, out, nullptr, static_cast<std::size_t>(left), 0);
    const bool unsupported =
        copied < 0 && (errno == ENOSYS || errno == EXDEV || errno == EOPNOTSUPP || errno == EINVAL);
    return unsupported ? copy_by_hand(in, out) : copied;
}

void copy_bytes(const fs::path& source, const fs::path& target) {
    const Descriptor in = opened(source, O_RDONLY, 0, "cannot read");
    const Descriptor out = opened(target, O_WRONLY | O_TRUNC | O_NOFOLLOW, 0, "cannot write");
    struct stat info {};
    if (::fstat(in.get(), &info) != 0) throw_errno("cannot read", source.string());
    for (off_t left = info.st_size; left > 0;) {
        const ssize_t copied = copy_piece(in.get(), out.get(), left);
        if (copied < 0 && errno == EINTR) continue;
        if (copied < 0) throw_errno("cannot write", target.string());
        if (copied == 0) throw IoError("cannot read " + source.string() + ": it became shorter while being copied");
        left -= copied;
    }
}

/// The machine's name in eight digits, whatever letters it has: "run.h5.tmp-4711-0a1b2c3d" is no longer than it must
/// be.
const std::string& mark_of_this_machine() {
    static const std::string mark = [] {
        std::uint32_t hash = 2166136261U;  // FNV-1a
        for (const char letter : host_name()) hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
        std::array<char, 16> text{};
        const int length = std::snprintf(text.data(), text.size(), "-%08x", hash);
        return std::string(text.data(), static_cast<std::size_t>(length));
    }();
    return mark;
}

/// Whether a replace_file() of this target gives its temporary such a name: the target's, a process and a machine.
bool is_temporary_of(std::string_view name, std::string_view target, MadeOn machine) {
    if (!name.starts_with(target)) return false;
    name.remove_prefix(target.size());
    if (!name.starts_with(temporary_mark)) return false;
    name.remove_prefix(temporary_mark.size());
    pid_t process = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (failed != std::errc() || process <= 0) return false;
    const std::string_view digits(name.data(), static_cast<std::size_t>(end - name.data()));
    if (digits != std::to_string(process)) return false;
    name.remove_prefix(digits.size());
    if (name == mark_of_this_machine()) return true;
    const bool is_mark = name.size() == 9 && name.front() == '-' &&
                         name.find_first_not_of("0123456789abcdef", 1) == std::string_view::npos;
    return machine == MadeOn::any && (name.empty() || is_mark);  // owner files' names have no machine
}

bool is_regular(const fs::path& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

/// For writing where that is allowed: network file systems that do whole-file locks by others ask for it.
Descriptor opened_to_lock(const fs::path& path) {
    const int flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    const int writing = ::open(path.c_str(), O_RDWR | flags);
    return Descriptor(writing >= 0 ? writing : ::open(path.c_str(), O_RDONLY | flags));
}

/// Removes a temporary on which no living process works: its maker shares a lock on it, which readers may share too.
/// The lock is held while the name goes, so that a maker who has not come to lock it yet finds out.
/// @param without_locks  whether it goes where the file system has none
void remove_abandoned(const fs::path& temporary, bool without_locks) {
    const Descriptor file = opened_to_lock(temporary);
    if (file.get() < 0) return;
    const Lock lock = try_lock(file.get(), true);
    if (!is_still(temporary, file.get())) return;
    if (lock == Lock::taken || (lock == Lock::unknown && without_locks)) ::unlink(temporary.c_str());
}

/// A free name beside a file for this process's work on it.
fs::path temporary_name(const fs::path& final_path) {
    fs::path name = final_path.string() + std::string(temporary_mark) + std::to_string(::getpid());
    name += mark_of_this_machine();
    if (is_regular(name)) remove_abandoned(name, true);  // an earlier process may have had our number
    return name;
}

/// A new, empty file that this process alone works on; removed at the end of the scope unless the work succeeded.
class Temporary {
  public:
    explicit Temporary(const fs::path& final_path) : path_(temporary_name(final_path)) {
        do {
            file_.emplace(opened(path_, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0666, "cannot write"));
        } while (was_taken_away());
    }
    Temporary(const Temporary&) = delete;
    Temporary& operator=(const Temporary&) = delete;
    ~Temporary() {
        if (!done_) ::unlink(path_.c_str());
    }
    const fs::path& path() const { return path_; }
    void keep() { done_ = true; }

  private:
    /// By a process that removes what others left behind, before it was locked.
    bool was_taken_away() {
        while (try_lock(file_->get(), false) == Lock::refused) std::this_thread::yield();
        return !is_still(path_, file_->get());
    }

    fs::path path_;
    std::optional<Descriptor> file_;
    bool done_ = false;
};

}  // namespace

std::uint64_t file_bytes_written() {
    return bytes_written;
}

void count_file_bytes(std::uint64_t bytes) {
    bytes_written += bytes;
}

void replace_file(const fs::path& target, const std::function<void(const fs::path&)>& write) {
    const fs::path final_path = resolved(target);
    require_replaceable(final_path);
    remove_stale_temporaries(final_path, MadeOn::this_machine);
    Temporary temporary(final_path);

    write(temporary.path());
    std::error_code unknown;
    const std::uintmax_t size = fs::file_size(temporary.path(), unknown);
    if (!unknown) count_file_bytes(size);
    install(temporary.path(), final_path);
    temporary.keep();
    sync_folder_of(final_path);
}

void publish_copy(const fs::path& source, const fs::path& target) {
    replace_file(target, [&](const fs::path& temporary) { copy_bytes(source, temporary); });
}

void publish_linked(const fs::path& source, const fs::path& target) {
    const fs::path final_path = resolved(target);
    require_replaceable(final_path);
    const fs::path second_name = temporary_name(final_path);
    // Other file systems and links to other folders say no here.
    if (file_fault("link") || ::link(source.c_str(), second_name.c_str()) != 0) return publish_copy(source, target);
    try {
        install(second_name, final_path);
    } catch (...) {
        ::unlink(second_name.c_str());
        throw;
    }
    sync_folder_of(final_path);
}

void remove_stale_temporaries(const fs::path& target, MadeOn machine) {
    const fs::path final_path = resolved(target);
    const std::string name = final_path.filename().string();
    std::error_code failed;
    for (fs::directory_iterator entry(folder_of(final_path), failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const fs::path& path = entry->path();
        if (is_temporary_of(path.filename().string(), name, machine) && is_regular(path)) remove_abandoned(path, false);
    }
}

}  // namespace espalier
