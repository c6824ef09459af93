#pragma once

#include <filesystem>
#include <string>

namespace espalier::training {

/// How a run begins.
enum class Start {
    anew,     ///< with its first step, over what is there
    resumed,  ///< from its checkpoint
};

/// What is to be done about what lies beside `run_file`: the run file with its journal, and its checkpoint. A run that
/// exists is replaced only where `force` asks for it: without it, what cannot be resumed is refused. A run that was
/// stopped before its first checkpoint, and holds nothing later than its first step, has nothing to lose: `resume`
/// begins it anew.
///
/// What is decided holds only as long as nobody else changes the files: decide under the WriterLock.
/// @throws ConfigError with what is there, and the remedy; FormatError where the run file is damaged
Start decide_start(const std::filesystem::path& run_file, bool resume, bool force);

/// A resumed run must be the run that was begun.
/// @param stored  the configuration of what is resumed, resolved TOML
/// @param holder  what holds it, for the message
/// @throws ConfigError with the first line that differs
void require_same_config(const std::filesystem::path& holder, const std::string& stored, const std::string& wanted);

}  // namespace espalier::training
