#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <espalier/base/error.hpp>
#include <espalier/base/files.hpp>

namespace espalier {

std::function<int(const std::string& operation)> inject_file_fault;

namespace {

namespace fs = std::filesystem;

constexpr const char* temporary_mark = ".tmp-";

/// True where the test hook wants this operation to fail; errno is set as the system would.
bool fault(const std::string& operation) {
    const int code = inject_file_fault ? inject_file_fault(operation) : 0;
    if (code != 0) errno = code;
    return code != 0;
}

class Descriptor {
  public:
    Descriptor(const fs::path& path, int flags, mode_t mode, const std::string& doing)
        : descriptor_(fault("open") ? -1 : ::open(path.c_str(), flags | O_CLOEXEC, mode)) {
        if (descriptor_ < 0) throw_errno(doing, path.string());
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { ::close(descriptor_); }
    int get() const { return descriptor_; }

  private:
    int descriptor_;
};

void sync_path(const fs::path& path, int flags) {
    const Descriptor file(path, flags, 0, "cannot open");
    if (fault("fsync") || ::fsync(file.get()) != 0) throw_errno("cannot sync", path.string());
}

fs::path resolved(const fs::path& target) {
    std::error_code ignored;
    return fs::is_symlink(target, ignored) ? fs::weakly_canonical(target) : target;
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
    if (fault("copy")) return -1;
    const ssize_t copied = ::copy_file_range(in, nullptr, out, nullptr, static_cast<std::size_t>(left), 0);
    const bool unsupported =
        copied < 0 && (errno == ENOSYS || errno == EXDEV || errno == EOPNOTSUPP || errno == EINVAL);
    return unsupported ? copy_by_hand(in, out) : copied;
}

void copy_bytes(const fs::path& source, const fs::path& target) {
    const Descriptor in(source, O_RDONLY, 0, "cannot read");
    const Descriptor out(target, O_WRONLY | O_CREAT | O_TRUNC, 0666, "cannot write");
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

bool is_temporary(const std::string& name) {
    const std::size_t mark = name.rfind(temporary_mark);
    if (mark == std::string::npos) return false;
    const std::string process = name.substr(mark + std::strlen(temporary_mark));
    return !process.empty() && process.find_first_not_of("0123456789") == std::string::npos;
}

void remove_where(const fs::path& folder, const std::function<bool(const std::string& name)>& is_meant) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
        if (is_meant(entry.path().filename().string())) fs::remove(entry.path(), ignored);
    }
}

/// Removes its file when it goes out of scope, unless the work succeeded.
struct TemporaryGuard {
    fs::path path;
    bool done = false;
    ~TemporaryGuard() {
        std::error_code ignored;
        if (!done) fs::remove(path, ignored);
    }
};

}  // namespace

std::vector<std::byte> read_file(const fs::path& path, std::size_t limit_bytes) {
    std::error_code failed;
    if (fs::is_directory(path, failed)) throw IoError("cannot read " + path.string() + ": it is a directory");
    std::ifstream file(path, std::ios::binary);
    if (!file) throw_errno("cannot read", path.string());
    const std::uintmax_t size = fs::file_size(path, failed);
    if (failed) throw IoError("cannot read " + path.string() + ": " + failed.message());
    if (size > limit_bytes) {
        throw FormatError(path.string() + ": " + std::to_string(size) + " bytes, more than the " +
                          std::to_string(limit_bytes) + " allowed");
    }
    std::vector<std::byte> bytes(size);
    file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (static_cast<std::uintmax_t>(file.gcount()) != size) throw_errno("cannot read", path.string());
    return bytes;
}

std::string read_text(const fs::path& path, std::size_t limit_bytes) {
    const std::vector<std::byte> bytes = read_file(path, limit_bytes);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void replace_file(const fs::path& target, const std::function<void(const fs::path&)>& write) {
    const fs::path final_path = resolved(target);
    const fs::path folder = final_path.has_parent_path() ? final_path.parent_path() : fs::path(".");
    TemporaryGuard temporary{final_path.string() + temporary_mark + std::to_string(::getpid())};

    write(temporary.path);
    struct stat existing {};
    if (::stat(final_path.c_str(), &existing) == 0) ::chmod(temporary.path.c_str(), existing.st_mode & 07777);
    sync_path(temporary.path, O_RDONLY);
    if (fault("rename") || ::rename(temporary.path.c_str(), final_path.c_str()) != 0) {
        throw_errno("cannot replace", final_path.string());
    }
    temporary.done = true;
    sync_path(folder, O_RDONLY | O_DIRECTORY);
}

void publish_copy(const fs::path& source, const fs::path& target) {
    replace_file(target, [&](const fs::path& temporary) { copy_bytes(source, temporary); });
}

void remove_stale_temporaries(const fs::path& target) {
    const fs::path final_path = resolved(target);
    const fs::path folder = final_path.has_parent_path() ? final_path.parent_path() : fs::path(".");
    const std::string prefix = final_path.filename().string() + temporary_mark;
    remove_where(folder, [&](const std::string& name) { return name.starts_with(prefix); });
}

void remove_all_stale_temporaries(const fs::path& folder) {
    remove_where(folder, is_temporary);
}

}  // namespace espalier
