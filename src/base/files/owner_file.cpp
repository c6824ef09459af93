#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <espalier/base/files/descriptor.hpp>
#include <espalier/base/files/file_lock.hpp>
#include <espalier/base/files/files.hpp>
#include <espalier/base/files/owner_file.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/base/text/text.hpp>

namespace espalier {
namespace {

namespace fs = std::filesystem;

double seconds_of(const timespec& time) {
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double seconds_now() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return seconds_of(now);
}

double seconds_of(std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

/// When a file was touched last; opened before, since network file systems ask anew only then.
double touched(int descriptor) {
    struct stat info {};
    return ::fstat(descriptor, &info) == 0 ? seconds_of(info.st_mtim) : 0.0;
}

/// Of an array's element as its batch system shows it; of Slurm alone, which nothing else writes here.
std::string own_job() {
    const char* array = std::getenv("SLURM_ARRAY_JOB_ID");
    const char* task = std::getenv("SLURM_ARRAY_TASK_ID");
    if (array != nullptr && task != nullptr) return std::string(array) + "_" + task;
    const char* job = std::getenv("SLURM_JOB_ID");
    return job != nullptr ? job : "";
}

std::string own_host(const OwnerRules& rules) {
    return rules.host.empty() ? host_name() : rules.host;
}

/// What stands in an owner file: host, process and job, a line each.
std::optional<Owner> read_owner(const fs::path& path, double now) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (file.get() < 0) return std::nullopt;
    std::array<char, 1024> buffer{};
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0) return std::nullopt;
    std::vector<std::string> lines = split_lines({buffer.data(), static_cast<std::size_t>(got)});
    lines.resize(3);
    return Owner{.host = excerpt(lines[0]),
                 .process = excerpt(lines[1]),
                 .job = excerpt(lines[2]),
                 .seconds_ago = now - touched(file.get())};
}

/// One from the future is believed: clocks differ.
bool is_believed(const Owner& owner, const OwnerRules& rules) {
    return owner.host != own_host(rules) && owner.seconds_ago < seconds_of(rules.believed_for);
}

[[noreturn]] void refuse(const fs::path& path, const Owner& owner, const OwnerRules& rules) {
    const long age = std::lround(owner.seconds_ago);
    const long wait = std::max(1L, std::lround(seconds_of(rules.believed_for)) - age);
    throw IoError(owner.text() + " is writing it, heard of " + std::to_string(std::max(0L, age)) +
                  " s ago: wait for it; where it has died, " + std::to_string(wait) + " s are enough, or remove " +
                  path.string());
}

}  // namespace

std::string Owner::text() const {
    return "host " + host + " (process " + process + (job.empty() ? "" : ", job " + job) + ")";
}

/// The file, and the thread that touches it.
struct OwnerFile::Kept {
    fs::path path;
    OwnerRules rules;
    int descriptor = -1;
    mutable std::mutex mutex{};
    std::condition_variable ends{};
    bool is_ending = false;
    bool is_lost = false;
    std::thread thread{};

    Kept(fs::path where, OwnerRules by) : path(std::move(where)), rules(std::move(by)) { take(); }

    ~Kept() {
        {
            const std::lock_guard lock(mutex);
            is_ending = true;
        }
        ends.notify_all();
        if (thread.joinable()) thread.join();
        if (is_still(path, descriptor)) ::unlink(path.c_str());
        ::close(descriptor);
    }

    /// Written under another name first, so that it is never seen without its content.
    void take() {
        const fs::path made = path.string() + ".tmp-" + std::to_string(::getpid());
        ::unlink(made.c_str());  // an earlier process may have had our number
        Descriptor file(::open(made.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
        if (file.get() < 0) throw_errno("cannot write", made.string());
        try_lock(file.get(), false);  // as remove_stale_temporaries() knows what is not abandoned
        const std::string text = own_host(rules) + "\n" + std::to_string(::getpid()) + "\n" + own_job() + "\n";
        const bool is_written = ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
        const int why = errno;
        const double now = touched(file.get());
        try {
            if (!is_written) {
                errno = why;
                throw_errno("cannot write", made.string());
            }
            if (const auto other = read_owner(path, now); other && is_believed(*other, rules))
                refuse(path, *other, rules);
            put_in_place(made, now);
        } catch (...) {
            ::unlink(made.c_str());
            throw;
        }
        if (descriptor >= 0) ::close(descriptor);
        descriptor = file.release();
        remove_stale_temporaries(path, MadeOn::any);
    }

    /// Of two that find none only one makes it; of two that find a dead one's both replace it, and the first has lost.
    void put_in_place(const fs::path& made, double now) const {
        if (::link(made.c_str(), path.c_str()) == 0) {
            ::unlink(made.c_str());
            return;
        }
        if (const auto other = read_owner(path, now); other && is_believed(*other, rules)) refuse(path, *other, rules);
        if (::rename(made.c_str(), path.c_str()) != 0) throw_errno("cannot write", path.string());
    }

    /// With the lock held.
    void touch() {
        if (is_lost) return;
        if (is_still(path, descriptor)) {
            ::futimens(descriptor, nullptr);
            return;
        }
        try {
            take();
        } catch (const IoError&) {
            is_lost = owner_elsewhere(path, rules).has_value();
        }
    }

    void keep_touching() {
        std::unique_lock lock(mutex);
        while (!ends.wait_for(lock, rules.touch_every, [this] { return is_ending; })) touch();
    }

    /// Signals are for the threads that were there before.
    void start() {
        sigset_t all{};
        sigset_t before{};
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before);
        try {
            thread = std::thread([this] { keep_touching(); });
        } catch (const std::system_error&) {  // no more threads: then it is believed for a minute
        }
        ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
};

OwnerFile::OwnerFile(const fs::path& path, const OwnerRules& rules) : kept_(std::make_unique<Kept>(path, rules)) {
    kept_->start();
}
OwnerFile::OwnerFile(OwnerFile&&) noexcept = default;
OwnerFile::~OwnerFile() = default;

bool OwnerFile::is_lost() const {
    const std::lock_guard lock(kept_->mutex);
    if (!is_still(kept_->path, kept_->descriptor)) kept_->touch();
    return kept_->is_lost;
}

std::optional<Owner> owner_elsewhere(const fs::path& path, const OwnerRules& rules) {
    std::optional<Owner> owner = read_owner(path, seconds_now());
    return owner && is_believed(*owner, rules) ? owner : std::nullopt;
}

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string("unknown");
}

}  // namespace espalier
