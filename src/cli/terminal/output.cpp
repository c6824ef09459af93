#include <cerrno>
#include <csignal>
#include <fstream>
#include <iostream>

#include <unistd.h>

#include <espalier/base/files/files.hpp>
#include <espalier/base/text/error.hpp>
#include <espalier/base/text/printable.hpp>
#include <espalier/cli/terminal/output.hpp>

namespace espalier::cli {

void write_stdout(std::string_view result) {
    const std::string shown = printable(result, "\n");
    std::string_view text = shown;
    while (!text.empty()) {
        const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EPIPE) {
            return;
        } else if (errno != EINTR) {
            throw_errno("cannot write to", "standard output");
        }
    }
}

void replace_with_text(const std::filesystem::path& file, const std::string& text) {
    replace_file(file, [&](const std::filesystem::path& temporary) {
        std::ofstream stream(temporary, std::ios::binary);
        stream << text;
        if (!stream.flush()) throw IoError("cannot write " + file.string());
    });
}

void write_note(const std::string& text) {
    std::cerr << "espalier: note: " << printable(text) << std::endl;
}

void let_writes_fail() {
    for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
}

}  // namespace espalier::cli
