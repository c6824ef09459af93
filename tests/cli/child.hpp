#pragma once

#include <string>
#include <vector>

namespace espalier::testing {

/// How a run of the built program ended.
struct Outcome {
    int status = -1;  ///< exit status; 128 + the signal's number where one ended it
    std::string out;
    std::string err;
};

/// Runs `espalier` with these arguments, without a shell or a terminal.
/// @param environment  "NAME=value", beside those of the test
Outcome espalier(const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {});

/// Checks what every failed command owes: the status, nothing on stdout, exactly one line on stderr that begins with
/// "espalier: ". Returns that line.
std::string check_fails(int status, const std::vector<std::string>& arguments);

/// Checks that a command ends well, silent on stderr; returns its stdout.
std::string check_succeeds(const std::vector<std::string>& arguments);

/// Checks that a command ends well and says notes on stderr, nothing else; returns its stdout.
/// @param notes  gets what it says, a line each
std::string check_noted(const std::vector<std::string>& arguments, std::string& notes);

}  // namespace espalier::testing
