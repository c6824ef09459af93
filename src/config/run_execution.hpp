#pragma once

#include <filesystem>

#include <espalier/config/run_config.hpp>
#include <espalier/kernels/instruction_set.hpp>
#include <espalier/nn/execution/execution.hpp>

/// From model.execution and model.crossovers to what layers are given. The table is part of a run's configuration, so
/// that a run takes one path wherever it is resumed or repeated.
namespace espalier::config {

/// The table compiled in for this instruction set: `src/config/crossovers/<set>.toml`.
const nn::Crossovers& shipped_crossovers(kernels::InstructionSet set);

/// Where this machine's own table lies: $XDG_CONFIG_HOME/espalier/crossovers.toml, else ~/.config/espalier/... ; empty
/// where neither XDG_CONFIG_HOME nor HOME is an absolute path.
std::filesystem::path tuned_crossovers_file();

/// The file that holds a table: a configuration with the one key, and above it `comment`, lines that begin with '#'.
std::string crossovers_toml(const nn::Crossovers& crossovers, const std::string& comment);

/// @throws ConfigError with file, line and what to do
nn::Crossovers read_crossovers(const std::filesystem::path& file);

/// This machine's own table where there is one for the instruction set in use, else the shipped one.
/// @throws ConfigError where the file is there and bad
nn::Crossovers machine_crossovers();

/// Fills model.crossovers with machine_crossovers() where model.execution is auto and it is empty.
void fill_crossovers(RunConfig& config);

/// What the layers of this configuration do; an empty table stands for the shipped one.
nn::Execution execution(const RunConfig& config);

}  // namespace espalier::config
