#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <espalier/base/text/duration.hpp>
#include <espalier/config/table_keys.hpp>
#include <espalier/sweep/sweep_file.hpp>

namespace espalier::tickets {

/// How tickets are found: the table [find] of a lottery file. The values here are the defaults.
struct Finding {
    std::string method = "imp";
    std::string retrain = "rewind_lt";
    Duration rewind;
    std::int64_t levels = 12;
    double fraction = 0.2;
    std::vector<double> densities;  ///< of oneshot
    std::string scope = "global";
    std::vector<std::string> exclude;
    std::vector<std::string> half_rate;
    bool count_ignored = false;
    Duration finetune = Duration::epochs(1);
    std::vector<std::string> controls;
    std::int64_t control_every = 1;
    std::string reinit_start = "rewind";
    bool reshuffle_per_level = false;

    std::map<std::string, std::string, std::less<>> places;  ///< of what is given: "lottery.toml:7"

    bool has(const std::string& key) const { return places.contains(key); }
    /// The last level's number; level 0 is the dense network.
    std::size_t last_level() const;
    /// What a ticket of this level keeps of the weights that may be pruned, but for rounding.
    double asked_density(std::size_t level) const;
};

/// Reading, checks and the table in docs/tickets.md come from these.
using FindKey = config::TableKey<Finding>;
const std::vector<FindKey>& find_keys();

/// What a lottery file says: runs as a sweep file has them, and what is done to each.
struct LotteryFile {
    sweep::SweepFile runs;
    Finding finding;
};

/// Reads a lottery file: a sweep file with a table [find]. What keys mean together is checked, but for what needs the
/// base (expand_levels).
/// @throws ConfigError "lottery.toml:7: levls is not a key of [find]. Did you mean 'levels'?"
LotteryFile read_lottery_file(const std::filesystem::path& file);

/// Reads the text of one, as sweep::parse_sweep_file().
LotteryFile parse_lottery_file(std::string_view text, const std::string& source,
                               const std::filesystem::path& folder = ".");

/// @throws ConfigError "lottery.toml:7: <key> <why>"
[[noreturn]] void refuse(const Finding& finding, const std::string& key, const std::string& why);

/// The table of keys in docs/tickets.md.
std::string find_keys_markdown();

}  // namespace espalier::tickets
