#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <espalier/training/run/run.hpp>

namespace espalier::sweep {

/// A run to be started: folder/run.toml holds its configuration.
struct Job {
    std::filesystem::path folder;
    std::string option;  ///< "", "--resume" or "--force"
    int threads = 1;
    std::vector<std::size_t> after{};  ///< numbers of jobs that must have ended well before this one is started
};

/// How a job ended.
struct End {
    std::size_t job = 0;     ///< the number it was started under
    int status = 0;          ///< as a shell has it: the exit status, or 128 + the signal's number
    std::string last_words;  ///< the last line it wrote, or which signal ended it
};

/// Starts runs and tells how they end. Where runs live (here, in a queue of a cluster) is its business alone; whether
/// one is finished, its run file says.
class Launcher {
  public:
    Launcher() = default;
    Launcher(const Launcher&) = delete;
    Launcher& operator=(const Launcher&) = delete;
    virtual ~Launcher() = default;

    /// Starts `espalier run folder/run.toml --out folder --threads N [option]`.
    /// @param number  names the job from now on
    virtual void start(std::size_t number, const Job& job) = 0;

    /// Jobs that have ended since the last call; waits for one for at most so long.
    virtual std::vector<End> wait(std::chrono::milliseconds patience) = 0;

    /// Asks all that run to save and stop; they are still waited for.
    virtual void stop() = 0;

    /// The last that is known of a job that runs.
    virtual std::optional<training::RunProgress> progress(std::size_t number) const = 0;
};

}  // namespace espalier::sweep
