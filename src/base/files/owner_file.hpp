#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace espalier {

/// Who writes something, as a file beside it says.
struct Owner {
    std::string host;
    std::string process;       ///< its number there
    std::string job;           ///< of a batch system; empty where there is none
    double seconds_ago = 0.0;  ///< since it was heard of last

    /// "host n2 (process 4711, job 12_3)".
    std::string text() const;
};

/// How owner files are kept; tests have their own.
struct OwnerRules {
    std::string host;                                ///< empty: this machine's name
    std::chrono::milliseconds touch_every{10'000};   ///< how often an owner says that it lives
    std::chrono::milliseconds believed_for{60'000};  ///< how long it is taken to live without
};

/// Says to other machines that this process writes something. Whole-file locks (file_lock.hpp) do not reach across
/// machines on every network file system; within one machine they say it exactly, and owner files of the same host are
/// not looked at. A file with host, process and job is touched every ten seconds; one of another host that is
/// younger than a minute is believed. Age is told by the clock of the file system where something is written, so
/// machines whose clocks differ agree.
class OwnerFile {
  public:
    /// Writes the file, in the place of one that nobody keeps any more.
    /// @throws IoError where another host's is believed: who, since when, and what to do; or the system refuses
    explicit OwnerFile(const std::filesystem::path& path, const OwnerRules& rules = {});
    /// The other one holds none afterwards.
    OwnerFile(OwnerFile&&) noexcept;
    OwnerFile& operator=(const OwnerFile&) = delete;
    /// Removes the file where it is still this one's.
    ~OwnerFile();

    /// Another host has taken the file over: this process was held up for longer than it is believed. What is removed
    /// by hand is written again.
    bool is_lost() const;

  private:
    struct Kept;
    std::unique_ptr<Kept> kept_;
};

/// The owner on another host that is believed to live; nothing where there is none. Makes nothing, so age is by this
/// machine's clock.
std::optional<Owner> owner_elsewhere(const std::filesystem::path& path, const OwnerRules& rules = {});

/// This machine's name.
std::string host_name();

}  // namespace espalier
