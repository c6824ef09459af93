#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace espalier::cli {

/// A run that is resumed goes on with the instruction set that it was computed with so far, whatever this processor
/// would choose: results differ between sets in the last bits, and training makes them differ in all.
/// @throws ConfigError where this processor lacks that set, or ESPALIER_ISA asks for another
/// @param notice  told where another set than the processor's best is used
void keep_instruction_set(const std::filesystem::path& run_file, const std::function<void(const std::string&)>& notice);

}  // namespace espalier::cli
