#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <espalier/sweep/slurm_settings.hpp>

namespace espalier::sweep {

/// One array of Slurm.
struct SlurmArray {
    std::string name;                  ///< of the jobs
    std::filesystem::path folder;      ///< of the submission, absolute
    std::filesystem::path current;     ///< where relative paths start, absolute
    std::size_t elements = 0;          ///< at least one
    std::vector<std::string> command;  ///< program and subcommand: what stands before --element
};

/// The script that sbatch is given: options as comments that sbatch reads, the setup, and the element's command in
/// place of the shell, so that signals reach it.
/// @throws ConfigError where a path has letters that sbatch takes for something else
std::string slurm_script(const SlurmArray& array, const SlurmSettings& settings);

/// A word for a shell, in quotes where it needs them.
std::string shell_quoted(const std::string& word);

/// "1-12:00:00", as sbatch takes a time.
std::string slurm_time(std::int64_t seconds);

}  // namespace espalier::sweep
