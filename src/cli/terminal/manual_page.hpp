#pragma once

#include <string>

#include <espalier/cli/terminal/description.hpp>

namespace espalier::cli {

/// A command's manual page for section 1, in the man macros of roff. It says what --help says, and no more.
/// @param program  the program itself, whose variables and exit statuses hold for every command
/// @param date     "2026-11-30"; empty: none
std::string manual_page(const CommandDescription& command, const CommandDescription& program,
                        const std::string& version, const std::string& date);

/// "espalier-tickets-compare".
std::string manual_name(const CommandDescription& command);

}  // namespace espalier::cli
