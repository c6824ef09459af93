#pragma once

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <vector>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "child_process.hpp"

namespace espalier::testing {

/// Counts what happens to the files below a folder (made, written, closed, renamed, removed): how far a child process
/// is with its work, on a machine of any speed and load. A test that stops a child "at any moment" waits for a number
/// of changes, never for a time.
class FolderEvents {
  public:
    /// @param folder  exists; folders made in it later are watched too
    explicit FolderEvents(const std::filesystem::path& folder)
        : descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
        watch(folder);
    }
    FolderEvents(const FolderEvents&) = delete;
    FolderEvents& operator=(const FolderEvents&) = delete;
    ~FolderEvents() { ::close(descriptor_); }

    /// Changes seen so far. Equal ones in a row may count as one.
    std::uint64_t seen() const { return seen_; }

    /// Until `more` further changes have been seen or the process has ended, whichever is first.
    void wait(std::uint64_t more, const ChildProcess& process) {
        const std::uint64_t enough = seen_ + more;
        while (seen_ < enough && process.is_running()) {
            pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
            constexpr int milliseconds = 5;  // between two looks at whether the process still runs
            if (::poll(&ready, 1, milliseconds) > 0) take(enough);
        }
    }
    /// Until the process has ended; how many changes there were.
    std::uint64_t count_all(const ChildProcess& process) {
        wait(std::numeric_limits<std::uint64_t>::max() - seen_, process);
        return seen_;
    }

  private:
    void watch(const std::filesystem::path& folder) {
        constexpr std::uint32_t changes =
            IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_ONLYDIR;
        const int number = ::inotify_add_watch(descriptor_, folder.c_str(), changes);
        if (number < 0) return;  // removed meanwhile
        folders_[number] = folder;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
            if (entry.is_directory(ignored)) watch(entry.path());
        }
    }
    void take(std::uint64_t enough) {
        alignas(inotify_event) char buffer[4096];
        const ssize_t got = ::read(descriptor_, buffer, sizeof buffer);
        for (ssize_t at = 0; at < got;) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
            if (seen_ < enough) ++seen_;
            if ((event->mask & IN_ISDIR) != 0 && (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
                watch(folders_[event->wd] / event->name);
            }
        }
    }

    int descriptor_;
    std::uint64_t seen_ = 0;
    std::map<int, std::filesystem::path> folders_;
};

}  // namespace espalier::testing
