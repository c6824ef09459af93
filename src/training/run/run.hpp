#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <espalier/base/memory/stopwatch.hpp>
#include <espalier/base/ranks/communicator.hpp>
#include <espalier/config/run_config.hpp>

namespace espalier::training {

/// How far a run is; given to the observer after every step.
struct RunProgress {
    std::int64_t step = 0;
    std::int64_t total_steps = 0;
    std::int64_t epoch = 0;  ///< the one running, from 1
    std::int64_t epochs = 0;
    double loss = 0.0;                          ///< mean over the running epoch
    std::optional<double> validation_accuracy;  ///< of the last evaluation, where there is one with an accuracy
    bool ends_epoch = false;                    ///< this step was the epoch's last
    std::optional<double> test_accuracy = {};   ///< of the last evaluation, likewise
    std::optional<double> density = {};         ///< where the epoch has ended
};

struct RunRequest {
    config::RunConfig config;      ///< resolved
    std::string config_text;       ///< the same, printed: goes into the run file and must match when resuming
    std::filesystem::path folder;  ///< holds run.h5 and checkpoint.h5; made where it does not exist
    bool resume = false;           ///< go on with the run in the folder
    bool force = false;            ///< replace the run in the folder; without, and without resume, there must be none
    std::string version;
    std::string environment;  ///< instruction set, libraries, threads
    std::function<bool()> stop_requested = [] { return false; };
    std::function<void(const RunProgress&)> observe = [](const RunProgress&) {};
    std::vector<std::string> notices;  ///< about the configuration as it was given, told with those of the run
    /// Told before the first step, and not again when resumed, what was done otherwise than asked or has no effect; and
    /// as it happens, that a layer has lost its last weight.
    std::function<void(const std::string&)> notice = [](const std::string&) {};
    /// What decides how often is published and saved; the steps, rows and snapshots of a run do not depend on it.
    SecondsClock clock = steady_seconds;
    /// Those that train together, each of which calls run() with the same configuration and folder; their number
    /// divides training.blocks. Rank 0 alone touches run file and logs, writes the checkpoint, and is told and asked;
    /// of the others' members stop_requested counts, too. Null: there is one.
    Communicator* ranks = nullptr;
    bool share_optimizer_state = false;  ///< each rank holds that of some rows alone; files are the same
    bool split_neurons = false;          ///< each rank holds some neurons and all samples; files are the same
};

/// What `run --json` prints.
struct RunResult {
    std::filesystem::path out;
    std::string status;  ///< "finished" or "interrupted"
    std::int64_t seed = 0;
    std::int64_t epochs = 0;
    std::int64_t steps = 0;      ///< done, by earlier parts of a resumed run too; those before training.start are not
    double test_accuracy = 0.0;  ///< NaN where has_accuracy or has_test is false
    double test_loss = 0.0;      ///< NaN where has_test is false
    bool has_test = true;        ///< false where the dataset has no test set
    bool has_accuracy = true;    ///< false for a model without classes; the next three are then empty or of the loss
    std::optional<double> validation_accuracy;
    /// Test accuracy at the evaluation best on validation among those of networks with as many weights as the last one.
    std::optional<double> best_test_accuracy;
    std::optional<std::int64_t> best_step;  ///< that evaluation's; none where no such network was evaluated
    double density = 0.0;                   ///< at the end
    double backward_density = 0.0;          ///< share of the positions that steps change
    double training_flops = 0.0;            ///< of all steps, as FlopCount has it
    double training_flops_ratio = 0.0;      ///< to the same steps with every weight kept
    double inference_flops = 0.0;           ///< of one sample at the end
    double inference_flops_ratio = 0.0;     ///< to a network with every weight kept
    std::optional<double> validation_loss;
    std::optional<double> best_test_loss;  ///< at the same evaluation, which without accuracy is that of least loss
    std::optional<double> exploration_rate;
    std::string exploration_reason;
    double seconds = 0.0;           ///< wall clock, all parts of a resumed run together
    double steps_per_second = 0.0;  ///< training steps alone
    double loading_share = 0.0;     ///< of their time: loading samples, changing images
    std::uint64_t peak_rss_bytes = 0;
    int ranks = 1;                                      ///< that have trained together
    std::vector<std::uint64_t> peak_rss_bytes_by_rank;  ///< empty where there is one
    double messages_per_step = 0.0;                     ///< that rank 0 has sent to train and to update the topology
    double bytes_per_step = 0.0;
    std::vector<std::int64_t> snapshots;
    std::vector<std::int64_t> tickets;  ///< the snapshots that are tickets, that of the pretraining first
};

/// Trains one configuration into folder/run.h5.
///
/// Where evaluation, snapshot and topology update fall on the same step, they come in this order. The end of a phase
/// that leaves a ticket has the first two whatever else is asked. Checkpoints hold all
/// that is needed to go on: a resumed run ends with the same weights and the same run file, bit for bit, wall-clock
/// columns apart. A stop request ends the run after the step, saved; of several ranks one that comes to any of them
/// before a step ends it after that step. Bits do not depend on the number of ranks.
///
/// @throws ConfigError where the configuration or the folder shows the mistake; NumericError where the loss is no
/// longer
///         finite, PluginError where a plug-in's function throws: the run file is then marked failed, says why, and
///         holds all that was logged, and the run can be resumed from its last checkpoint; so it is with PeerError,
///         where another rank has failed; IoError where writing fails
RunResult run(const RunRequest& request);

}  // namespace espalier::training
