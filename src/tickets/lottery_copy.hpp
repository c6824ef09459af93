#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/config/given_settings.hpp>
#include <espalier/tickets/levels.hpp>

/// A lottery as it was when its chains were given to a batch system, which runs them hours later: the file or its base
/// may have changed by then.
namespace espalier::tickets {

/// A lottery file, and its base with --set.
struct AskedLottery {
    LotteryFile file;
    config::Settings base;
};

/// @param assignments  of --set
AskedLottery read_asked_lottery(const std::filesystem::path& file, const std::vector<std::string>& assignments);

/// Copies lottery file, base and assignments into a folder. Relative paths in them still start where they did.
/// @throws ConfigError for an assignment of several lines
void write_lottery_copy(const std::filesystem::path& folder, const std::filesystem::path& file,
                        const std::vector<std::string>& assignments);

/// @throws ConfigError where the folder holds none
AskedLottery read_lottery_copy(const std::filesystem::path& folder);

/// Whether a folder's copy is what is asked for now.
bool is_copy_of(const std::filesystem::path& folder, const std::filesystem::path& file,
                const std::vector<std::string>& assignments);

/// The levels of some chains alone, in their order; places in the list follow.
std::vector<Level> levels_of_chains(const std::vector<Level>& levels, const std::vector<std::string>& chains);

/// Items of a list by chain, each chain's in the order of the list.
/// @param places  of items
std::vector<std::vector<std::size_t>> by_chain(const std::vector<Level>& levels,
                                               const std::vector<std::size_t>& places);

}  // namespace espalier::tickets
