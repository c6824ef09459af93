#include <sys/ioctl.h>
#include <unistd.h>

#include <espalier/cli/terminal/terminal.hpp>

namespace espalier::cli {

bool stderr_is_terminal() {
    return ::isatty(STDERR_FILENO) == 1;
}

TerminalSize terminal_size() {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    return known ? TerminalSize{size.ws_col, size.ws_row} : TerminalSize{};
}

void write_stderr(const std::string& text) {
    [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace espalier::cli
