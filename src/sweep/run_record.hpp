#pragma once

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <espalier/base/hdf5/hdf5.hpp>
#include <espalier/config/run_config.hpp>

namespace espalier::training {
struct RunSummary;
}

namespace espalier::sweep {

/// What was measured at one step; NaN where it was not.
struct Evaluation {
    std::int64_t step = 0;
    double epoch = std::nan("");
    double test_accuracy = std::nan("");
    double test_loss = std::nan("");
    double validation_accuracy = std::nan("");
    double validation_loss = std::nan("");
    double density = std::nan("");           ///< of the masks that were evaluated
    double exploration_rate = std::nan("");  ///< R_s at that moment
};

/// One run as tables show it.
struct RunRecord {
    std::filesystem::path file;
    std::string status;  ///< as RunSummary has it, or "unreadable"
    std::string reason;  ///< why it is unreadable
    std::string name;
    std::int64_t seed = 0;
    config::RunConfig config;
    bool has_config = true;  ///< false of a run that another program's loop has written: `config` is then all defaults
    /// Of a run of another program's that has said a few keys: these; all others in `config` are defaults that nobody
    /// has given.
    std::optional<std::set<std::string, std::less<>>> given_keys = {};
    /// Those of common_results() that are known, then all others that the file has, by name. Of a run that has not
    /// ended they are those of its last published state.
    std::vector<std::pair<std::string, hdf5::Attribute>> results;
    std::vector<Evaluation> evaluations;  ///< steps ascending

    /// Whether the run has this value for the key: read no other from `config`.
    bool knows(std::string_view key) const { return has_config && (!given_keys || given_keys->contains(key)); }
    /// Whether all of `config` is the run's: it was resolved by Espalier.
    bool has_whole_config() const { return has_config && !given_keys; }

    /// NaN where there is none of that name or it is no number.
    double result(const std::string& wanted) const;
    /// Why it has failed; empty where it has not, or the file does not say.
    std::string failure() const;

    /// The first evaluation best on validation: of highest accuracy, or where none has one of lowest loss. Only
    /// networks of the final density count: one that is still to be pruned is another network. Null where there is
    /// none.
    const Evaluation* best() const;
    /// The first of lowest validation loss, of those: where early stopping would have stopped.
    const Evaluation* early_stop() const;
};

/// What every run tells in the end, in the order tables have it: test_accuracy, validation_accuracy, ...
const std::vector<std::string>& common_results();

/// Reads a run file, also while it is being written. What cannot be read becomes a record that says so.
RunRecord read_run_record(const std::filesystem::path& file);

/// The same of a run file that has been read.
/// @param file  where it lies
/// @throws ConfigError where the configuration it holds is none
RunRecord run_record(const training::RunSummary& run, const std::filesystem::path& file);

/// What stands for a file that cannot be read.
RunRecord unreadable_record(const std::filesystem::path& file, const std::string& reason);

/// The rows of /metrics/eval by step, with the state of /metrics/topology that belongs to them.
std::vector<Evaluation> evaluations(const training::RunSummary& run);

}  // namespace espalier::sweep
