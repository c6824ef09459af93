#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include <espalier/base/ranks/communicator.hpp>
#include <espalier/config/given_settings.hpp>
#include <espalier/training/run/run.hpp>

/// What `espalier run` does once it knows what is asked, for all who start a run in their own process.
namespace espalier::cli {

struct RunWork {
    config::Settings settings;     ///< the configuration as it was given
    config::RunConfig config;      ///< the same, resolved
    std::filesystem::path folder;  ///< empty: runs/<name>-s<seed>
    bool resume = false;
    bool force = false;
    bool resume_or_start = false;  ///< resume where the folder holds a run, else start
    int threads = 0;               ///< 0: one a core
    std::function<bool()> stop_requested;
    std::function<void(const training::RunProgress&)> observe;
    std::function<void(const std::string&)> notice;
    std::function<void()> begin = [] {};  ///< called once all is checked that can be without training
    Communicator* ranks = nullptr;        ///< those that train together; this is rank 0 of them
    bool share_optimizer_state = false;   ///< of theirs
    bool split_neurons = false;           ///< to them
};

/// Trains, or goes on: the folder is looked at first, then the instruction set of a resumed run is taken and crossovers
/// are fixed.
/// @throws as training::run(); ConfigError where the configuration or what the folder holds shows the mistake
training::RunResult work_off_run(RunWork work);

/// The same of a rank other than 0, which is told by rank 0 what is to be done; of the work it needs ranks, threads,
/// begin and stop_requested.
/// @throws ConfigError where its program or processor is another than rank 0's
training::RunResult work_off_as_rank(const RunWork& work);

}  // namespace espalier::cli
