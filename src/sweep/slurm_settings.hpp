#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/config/table_keys.hpp>

namespace espalier::sweep {

/// How runs are given to Slurm: the table [slurm] of a sweep or lottery file. The values here are the defaults; what is
/// empty is left to the cluster.
struct SlurmSettings {
    std::string time;
    std::string memory;
    std::int64_t cpus = 1;
    std::int64_t threads = 1;
    std::int64_t at_once = 0;
    std::string runs_per_job = "auto";
    std::string signal_before = "90s";
    std::int64_t requeues = 20;
    std::string partition;
    std::string account;
    std::string qos;
    std::string constraint;
    std::vector<std::string> setup;
    std::vector<std::string> options;

    std::map<std::string, std::string, std::less<>> places;  ///< of what is given: "sweep.toml:7"

    bool has(const std::string& key) const { return places.contains(key); }
    /// Runs that one job has side by side.
    std::int64_t side_by_side() const { return cpus / threads; }
    /// Of one job; nothing where the cluster decides.
    std::optional<std::int64_t> time_seconds() const;
    std::int64_t warning_seconds() const;

    /// How many runs a job gets.
    /// @param seconds  the longest that a run of this sweep has taken; 0 where none has finished yet
    std::size_t runs_of_job(double seconds) const;
};

using SlurmKey = config::TableKey<SlurmSettings>;
const std::vector<SlurmKey>& slurm_keys();

/// Reads [slurm] of a file's text; the defaults where there is none.
/// @throws ConfigError "sweep.toml:7: ..." for what is not a key, or no value of one, or cannot be together
SlurmSettings parse_slurm_settings(std::string_view text, const std::string& source);

/// "90s", "30m", "2h", "1d 12h" in seconds.
/// @throws ConfigError for another text, and no time at all
std::int64_t clock_seconds(std::string_view text);

/// The table of keys in docs/clusters.md.
std::string slurm_keys_markdown();

}  // namespace espalier::sweep
