#pragma once

#include <cstddef>
#include <string>

/// The terminal that stderr may be.
namespace espalier::cli {

bool stderr_is_terminal();

struct TerminalSize {
    std::size_t columns = 80;
    std::size_t rows = 24;
};

/// Asked for each time something is drawn, so that a resized window needs no signal handler.
TerminalSize terminal_size();

/// What cannot be written is lost.
void write_stderr(const std::string& text);

}  // namespace espalier::cli
