/// Loaded in front of the C library (LD_PRELOAD), makes system calls on files fail, fall short or be the last ones of
/// their process, and the clock jump. What is wanted stands in the environment (ledger.hpp); without it every call
/// passes.
///
/// Calls that change files are counted together: write, pwrite, writev, ftruncate, fsync, fdatasync, close of what is
/// open for writing, open and mkdir that make something, rename, link, copy_file_range, sendfile. At call FAULTS_AT
/// happens FAULTS_DO:
///
///     kill      SIGKILL to this process instead of the call
///     half      half of the call's bytes are written, then SIGKILL; other calls are made first
///     off       as `half`, and every other process of the ledger ends at its next call
///     ENOSPC    the call fails, and so does every later one that needs space: the disk is full, and stays so
///     EDQUOT    the same of a quota
///     EIO       the call alone fails
///     short     half of the call's bytes are written, and no more is claimed
///     slow      every call takes two milliseconds longer
#undef _FORTIFY_SOURCE  // its inline versions have the names that are defined here
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ledger.hpp"

namespace {

using espalier::testing::Ledger;
namespace environment = espalier::testing::faults_environment;

#define REAL(name) real<decltype(&::name)>(#name)

template <class Function>
Function real(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

enum class Fate { pass, fail, half, half_and_end };

struct Order {
    Ledger* ledger = nullptr;
    const char* under = "";
    std::uint64_t at = 0;
    const char* action = "";

    Order() {
        const char* file = std::getenv(environment::ledger);
        const char* folder = std::getenv(environment::under);
        if (file == nullptr || folder == nullptr) return;
        const int descriptor = REAL(open)(file, O_RDWR | O_CLOEXEC);
        void* shared = ::mmap(nullptr, sizeof(Ledger), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        REAL(close)(descriptor);
        if (shared == MAP_FAILED) std::abort();
        under = folder;
        if (const char* number = std::getenv(environment::at)) at = std::strtoull(number, nullptr, 10);
        if (const char* what = std::getenv(environment::action)) action = what;
        ledger = static_cast<Ledger*>(shared);
    }
    bool is(const char* what) const { return std::strcmp(action, what) == 0; }
    bool lasts() const { return is("ENOSPC") || is("EDQUOT"); }
    int code() const {
        if (is("ENOSPC")) return ENOSPC;
        if (is("EDQUOT")) return EDQUOT;
        return is("EIO") ? EIO : 0;
    }
};

const Order& order() {
    static const Order given;
    return given;
}

[[noreturn]] void end() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

Fate fail(int code) {
    errno = code;
    return Fate::fail;
}

Fate strike(const char* call, const char* path) {
    Ledger& ledger = *order().ledger;
    if (ledger.struck.fetch_add(1) == 0) std::snprintf(ledger.place, sizeof ledger.place, "%s %s", call, path);
    if (order().is("kill")) end();
    if (order().is("off")) ledger.is_off = 1;
    if (order().is("off") || order().is("half")) return Fate::half_and_end;
    if (order().is("short")) return Fate::half;
    return fail(order().code());
}

/// @param needs_space  a full disk refuses it
Fate fate_of(const char* call, const char* path, bool needs_space) {
    const Order& wanted = order();
    if (wanted.ledger == nullptr || std::strncmp(path, wanted.under, std::strlen(wanted.under)) != 0) return Fate::pass;
    if (wanted.ledger->is_off != 0) end();
    if (wanted.is("slow")) ::usleep(2000);
    const std::uint64_t number = wanted.ledger->calls.fetch_add(1) + 1;
    if (number == wanted.at) return strike(call, path);
    return wanted.lasts() && wanted.at > 0 && number > wanted.at && needs_space ? fail(wanted.code()) : Fate::pass;
}

/// Of a file that is open for writing; standard output and error are no files of ours.
Fate fate_of(const char* call, int descriptor, bool needs_space) {
    if (order().ledger == nullptr || descriptor <= STDERR_FILENO) return Fate::pass;
    const int before = errno;
    const int flags = ::fcntl(descriptor, F_GETFL);
    char link[32];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const ssize_t length = ::readlink(link, path, sizeof path - 1);
    errno = before;
    // Writing nothing, a call for the sake of the disk alone (fsync) goes through descriptors of any kind.
    const bool is_sync = std::strstr(call, "sync") != nullptr;
    if (flags < 0 || length < 0 || (!is_sync && (flags & O_ACCMODE) == O_RDONLY)) return Fate::pass;
    path[length] = '\0';
    return fate_of(call, path, needs_space);
}

/// A call that moves bytes, which may be made to move half of them.
template <class Call>
ssize_t moved(const char* name, int descriptor, std::size_t bytes, const Call& call) {
    const Fate fate = fate_of(name, descriptor, true);
    if (fate == Fate::fail) return -1;
    if (fate == Fate::pass || (fate == Fate::half && bytes < 2)) return call(bytes);
    const ssize_t done = call(bytes / 2);
    if (fate == Fate::half_and_end) end();
    return done;
}

/// A call that is made as a whole or not at all.
template <class Call>
int made(Fate fate, const Call& call) {
    if (fate == Fate::fail) return -1;
    const int result = call();
    if (fate == Fate::half_and_end) end();
    return result;
}

/// Whole words are compared: "x/run.h5" is one, "x/run.h5.part" is none.
void note_run_file(const char* path, int result) {
    const char* name = std::strrchr(path, '/');
    if (result == 0 && order().ledger != nullptr && std::strcmp(name == nullptr ? path : name + 1, "run.h5") == 0) {
        ++order().ledger->runs;
    }
}

mode_t mode_behind(int flags, va_list rest) {
    return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(rest, int)) : 0;
}

bool makes_file(const char* path, int flags) {
    struct stat info {};
    return (flags & O_CREAT) != 0 && order().ledger != nullptr && ::lstat(path, &info) != 0;
}

template <class Open>
int opened(Open open, const char* path, int flags, mode_t mode) {
    const int before = errno;
    const bool is_new = makes_file(path, flags);
    errno = before;
    return made(is_new ? fate_of("open", path, true) : Fate::pass, [&] { return open(path, flags, mode); });
}

/// Seconds that the clock is wrong by: nothing, a day back, a year ahead, in turns.
time_t wrong_by() {
    static std::atomic<unsigned> looks = 0;
    constexpr time_t steps[] = {0, 0, -86400, 31536000, -3};
    return steps[looks++ % 5];
}

constexpr time_t still = 1767225600;

bool clock_is(const char* what) {
    static const char* const wanted = std::getenv(environment::clock);
    return wanted != nullptr && std::strcmp(wanted, what) == 0;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* from, std::size_t bytes) {
    static const auto call = REAL(write);
    return moved("write", descriptor, bytes, [&](std::size_t size) { return call(descriptor, from, size); });
}

ssize_t pwrite(int descriptor, const void* from, std::size_t bytes, off_t place) {
    static const auto call = REAL(pwrite);
    return moved("pwrite", descriptor, bytes, [&](std::size_t size) { return call(descriptor, from, size, place); });
}

ssize_t pwrite64(int descriptor, const void* from, std::size_t bytes, off64_t place) {
    static const auto call = REAL(pwrite64);
    return moved("pwrite", descriptor, bytes, [&](std::size_t size) { return call(descriptor, from, size, place); });
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
    static const auto call = REAL(writev);
    return moved("writev", descriptor, static_cast<std::size_t>(count),
                 [&](std::size_t size) { return call(descriptor, parts, static_cast<int>(size)); });
}

ssize_t copy_file_range(int from, off64_t* at, int to, off64_t* place, std::size_t bytes, unsigned flags) {
    static const auto call = REAL(copy_file_range);
    return moved("copy_file_range", to, bytes,
                 [&](std::size_t size) { return call(from, at, to, place, size, flags); });
}

ssize_t sendfile(int to, int from, off_t* at, std::size_t bytes) noexcept {
    static const auto call = REAL(sendfile);
    return moved("sendfile", to, bytes, [&](std::size_t size) { return call(to, from, at, size); });
}

ssize_t sendfile64(int to, int from, off64_t* at, std::size_t bytes) noexcept {
    static const auto call = REAL(sendfile64);
    return moved("sendfile", to, bytes, [&](std::size_t size) { return call(to, from, at, size); });
}

int ftruncate(int descriptor, off_t size) noexcept {
    static const auto call = REAL(ftruncate);
    return made(fate_of("ftruncate", descriptor, size > 0), [&] { return call(descriptor, size); });
}

int ftruncate64(int descriptor, off64_t size) noexcept {
    static const auto call = REAL(ftruncate64);
    return made(fate_of("ftruncate", descriptor, size > 0), [&] { return call(descriptor, size); });
}

int fsync(int descriptor) {
    static const auto call = REAL(fsync);
    return made(fate_of("fsync", descriptor, false), [&] { return call(descriptor); });
}

int fdatasync(int descriptor) {
    static const auto call = REAL(fdatasync);
    return made(fate_of("fdatasync", descriptor, false), [&] { return call(descriptor); });
}

/// The descriptor is gone all the same, as of the system's own failed close.
int close(int descriptor) {
    static const auto call = REAL(close);
    const Fate fate = fate_of("close", descriptor, false);
    const int code = errno;
    const int result = call(descriptor);
    if (fate == Fate::half_and_end) end();
    if (fate != Fate::fail) return result;
    errno = code;
    return -1;
}

int open(const char* path, int flags, ...) {
    static const auto call = REAL(open);
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_behind(flags, rest);
    va_end(rest);
    return opened(call, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    static const auto call = REAL(open64);
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = mode_behind(flags, rest);
    va_end(rest);
    return opened(call, path, flags, mode);
}

int mkdir(const char* path, mode_t mode) noexcept {
    static const auto call = REAL(mkdir);
    struct stat info {};
    const int before = errno;
    const bool is_new = order().ledger != nullptr && ::lstat(path, &info) != 0;
    errno = before;
    return made(is_new ? fate_of("mkdir", path, true) : Fate::pass, [&] { return call(path, mode); });
}

int rename(const char* from, const char* to) noexcept {
    static const auto call = REAL(rename);
    const int result = made(fate_of("rename", to, false), [&] { return call(from, to); });
    note_run_file(to, result);
    return result;
}

int link(const char* from, const char* to) noexcept {
    static const auto call = REAL(link);
    return made(fate_of("link", to, false), [&] { return call(from, to); });
}

int clock_gettime(clockid_t which, timespec* time) noexcept {
    static const auto call = REAL(clock_gettime);
    const int result = call(which, time);
    if (result != 0 || (which != CLOCK_REALTIME && which != CLOCK_REALTIME_COARSE)) return result;
    if (clock_is("still")) *time = {.tv_sec = still, .tv_nsec = 0};
    if (clock_is("steps")) time->tv_sec += wrong_by();
    return result;
}

int gettimeofday(timeval* time, void* zone) noexcept {
    timespec now{};
    if (::clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    if (zone != nullptr) std::memset(zone, 0, sizeof(struct timezone));
    *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t* where) noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (where != nullptr) *where = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
