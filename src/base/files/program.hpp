#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace espalier {

/// How another program ended, and what it said.
struct ProgramEnd {
    int status = 0;            ///< as a shell has it: the exit status, or 128 + the signal's number
    bool is_too_late = false;  ///< it was ended because its time was over
    std::string out;
    std::string err;

    /// It ended by itself, with status 0.
    bool is_good() const { return status == 0 && !is_too_late; }
    /// Why it is not, in one line: "does not answer within 20 s", what it said last, or its exit status.
    std::string trouble() const;

    std::chrono::milliseconds limit{};  ///< its time
};

/// Where a program is found by the variable PATH; nothing where it is not.
std::optional<std::filesystem::path> find_program(const std::string& name);

/// Runs another program without a shell or an input and waits until it has ended. What belongs to its process group is
/// ended with it when its time is over.
/// @param words  its name, which is looked up in PATH where it has no '/', and its arguments
/// @throws IoError where it cannot be started
ProgramEnd call_program(const std::vector<std::string>& words, std::chrono::milliseconds limit);

}  // namespace espalier
